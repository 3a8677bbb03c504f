/** @type {import("jest").Config} */
module.exports = {
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  transform: { "\\.ts$": "<rootDir>/test/helpers/esbuild-transform.cjs" },
  testEnvironment: "node",
  globalSetup: "<rootDir>/test/helpers/global-setup.ts",
  // Real ffmpeg, npm and function processes run in here on machines of any speed.
  testTimeout: 120_000,
};
