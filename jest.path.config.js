const unit = require("./jest.config.js");

/** The path tier: `verify` and PyMilvus through a real proxy to a real Milvus, both on this machine. */
module.exports = {
  ...unit,
  testMatch: ["**/__tests__/path/*.test.ts"],
  testPathIgnorePatterns: [],
  globalSetup: "<rootDir>/__tests__/path/support/setup.ts",
  globalTeardown: undefined,
  testTimeout: 120_000,
  verbose: true,
};
