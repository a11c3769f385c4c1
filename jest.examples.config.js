const unit = require("./jest.config.js");

/** The examples tier: the package as it is packed, installed by npm into empty folders. */
module.exports = {
  ...unit,
  testMatch: ["**/__tests__/examples/*.test.ts"],
  testPathIgnorePatterns: [],
  globalSetup: "<rootDir>/__tests__/examples/support/setup.ts",
  globalTeardown: "<rootDir>/__tests__/examples/support/teardown.ts",
  testTimeout: 600_000,
  verbose: true,
};
