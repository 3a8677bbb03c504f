// What needs a browser or a database server: `npm run test:services`.
const SERVICES = ["/e2e/console\\.test\\.ts$", "/e2e/database[^/]*\\.test\\.ts$"];
// What costs most of the others: `npm run test:rest`. Without TESTS (`npx jest FILE`) all are there.
const REST = [
  "/e2e/(bench|command-line|event-config-own|everyday-trouble|hostile-answers|load|long-log|own-handler|own-server|permissions|proxies|reliable|replay|secrets|serve|stack-traces|temporary-keys|trigger|upload)\\.test\\.ts$",
  "/e2e/(command-line|deploy)-[^/]+\\.test\\.ts$",
  "/e2e/deploy\\.test\\.ts$",
  "/local-cloud/(scf/failures|scf/log|vod/processing|web/abuse)\\.test\\.ts$",
  "/installer/[^/]+\\.test\\.ts$",
];
const GROUPS = { services: SERVICES, rest: REST };
const { TESTS = "" } = process.env;

/** @type {import("jest").Config} */
module.exports = {
  roots: ["<rootDir>/test"],
  testRegex: GROUPS[TESTS] ?? ["\\.test\\.ts$"],
  testPathIgnorePatterns: TESTS === "main" ? [...SERVICES, ...REST] : [],
  transform: { "\\.ts$": "<rootDir>/test/helpers/esbuild-transform.cjs" },
  // Jest runs what it finds there; its default is a folder of the shared temporary folder.
  cacheDirectory: "<rootDir>/node_modules/.cache/jest",
  // It has packages of its own, which are large and no part of these tests.
  modulePathIgnorePatterns: ["<rootDir>/test/foreign/"],
  testEnvironment: "node",
  globalSetup: "<rootDir>/test/helpers/global-setup.ts",
  setupFilesAfterEnv: ["<rootDir>/test/helpers/after-each-file.ts"],
  maxWorkers: "100%",
  // A worker with a large heap ends so slowly that Jest takes it for one that hangs.
  workerIdleMemoryLimit: "400MB",
  // Real ffmpeg, npm and function processes run in here on machines of any speed.
  testTimeout: 120_000,
};
