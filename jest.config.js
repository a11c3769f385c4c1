/** The unit tier: what is synthesised, and every check, in this process alone. No terraform, no network. */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/__tests__"],
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: [
    "/__tests__/cdktn/",
    "/__tests__/cluster/",
    "/__tests__/examples/",
    "/__tests__/faults/",
    "/__tests__/generated/",
    "/__tests__/path/",
    "/__tests__/processes/",
    "/__tests__/terraform/",
  ],
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022" }, module: { type: "commonjs" } }] },
  moduleNameMapper: {
    "^archiver$": "<rootDir>/__tests__/support/stand-ins/archiver.js",
  },
  setupFiles: ["<rootDir>/jest.setup.js"],
  globalSetup: "<rootDir>/__tests__/support/temporary/setup.ts",
  globalTeardown: "<rootDir>/__tests__/support/temporary/teardown.ts",
  clearMocks: true,
  maxWorkers: "100%",
};
