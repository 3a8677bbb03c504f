/** @type {import("jest").Config} */
module.exports = {
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  transform: { "\\.ts$": "<rootDir>/test/helpers/esbuild-transform.cjs" },
  // Jest runs what it finds there; its default is a folder of the shared temporary folder.
  cacheDirectory: "<rootDir>/node_modules/.cache/jest",
  // It has packages of its own, which are large and no part of these tests.
  modulePathIgnorePatterns: ["<rootDir>/test/foreign/"],
  testEnvironment: "node",
  globalSetup: "<rootDir>/test/helpers/global-setup.ts",
  // Real ffmpeg, npm and function processes run in here on machines of any speed.
  testTimeout: 120_000,
};
