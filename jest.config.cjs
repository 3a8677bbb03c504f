/** @type {import("jest").Config} */
module.exports = {
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  transform: { "\\.ts$": "<rootDir>/test/esbuild-transform.cjs" },
  testEnvironment: "node",
  globalSetup: "<rootDir>/test/global-setup.ts",
  // Real ffmpeg, npm and function processes run in here on machines of any speed.
  testTimeout: 120_000,
};
