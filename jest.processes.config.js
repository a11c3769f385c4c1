const unit = require("./jest.config.js");

/** The processes tier: commands, the app and the package as a user runs them, servers that they talk to, and compilers and parsers of others. */
module.exports = {
  ...unit,
  testMatch: ["**/__tests__/processes/**/*.test.ts"],
  testPathIgnorePatterns: [],
  globalSetup: undefined,
  globalTeardown: undefined,
};
