const unit = require("./jest.config.js");

/** The generated tier: config files that nobody thought of, right ones and broken ones, in two processes. */
module.exports = {
  ...unit,
  testMatch: ["**/__tests__/generated/*.test.ts"],
  testPathIgnorePatterns: [],
  globalSetup: "<rootDir>/__tests__/generated/support/setup.ts",
  globalTeardown: "<rootDir>/__tests__/generated/support/teardown.ts",
  testTimeout: 1_800_000,
};
