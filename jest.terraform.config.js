const unit = require("./jest.config.js");

/** The terraform tier: real terraform, with the providers that are configured on this machine. */
module.exports = {
  ...unit,
  testMatch: ["**/__tests__/terraform/*.test.ts"],
  testPathIgnorePatterns: [],
  globalSetup: undefined,
  globalTeardown: undefined,
  testTimeout: 300_000,
  verbose: true,
};
