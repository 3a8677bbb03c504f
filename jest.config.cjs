// What costs most: `npm test` leaves it to `npm run test:rest`. Without TESTS (`npx jest FILE`) both are there.
const REST = [
  "/e2e/(bench|command-line|console|database|event-config-own|everyday-trouble|load|long-log|own-handler|own-server|permissions|proxies|reliable|replay|secrets|serve|stack-traces|temporary-keys|trigger|upload)\\.test\\.ts$",
  "/e2e/(command-line|database|deploy)-[^/]+\\.test\\.ts$",
  "/e2e/deploy\\.test\\.ts$",
  "/local-cloud/vod/processing\\.test\\.ts$",
  "/installer/[^/]+\\.test\\.ts$",
];
const { TESTS } = process.env;

/** @type {import("jest").Config} */
module.exports = {
  roots: ["<rootDir>/test"],
  testRegex: TESTS === "rest" ? REST : ["\\.test\\.ts$"],
  testPathIgnorePatterns: TESTS === "main" ? REST : [],
  transform: { "\\.ts$": "<rootDir>/test/helpers/esbuild-transform.cjs" },
  // Jest runs what it finds there; its default is a folder of the shared temporary folder.
  cacheDirectory: "<rootDir>/node_modules/.cache/jest",
  // It has packages of its own, which are large and no part of these tests.
  modulePathIgnorePatterns: ["<rootDir>/test/foreign/"],
  testEnvironment: "node",
  globalSetup: "<rootDir>/test/helpers/global-setup.ts",
  maxWorkers: "100%",
  // Real ffmpeg, npm and function processes run in here on machines of any speed.
  testTimeout: 120_000,
};
