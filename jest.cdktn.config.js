const unit = require("./jest.config.js");

/** The cdktn tier: this project with its imports rewritten, on cdktf's fork. It takes packages from npm. */
module.exports = {
  ...unit,
  testMatch: ["**/__tests__/cdktn/*.test.ts"],
  testPathIgnorePatterns: [],
  globalSetup: undefined,
  globalTeardown: undefined,
  testTimeout: 600_000,
  verbose: true,
};
