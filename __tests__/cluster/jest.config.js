const unit = require("../../jest.config.js");

/** The cluster tier: real Helm and real Terraform against the API server that is named for it. */
module.exports = {
  ...unit,
  rootDir: "../..",
  testMatch: ["**/__tests__/cluster/*.test.ts"],
  testPathIgnorePatterns: [],
  globalSetup: "<rootDir>/__tests__/cluster/setup.ts",
  globalTeardown: "<rootDir>/__tests__/cluster/teardown.ts",
  testTimeout: 300_000,
  verbose: true,
};
