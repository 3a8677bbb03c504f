// Starts the command line. It bundles the sources into a private folder of the checkout if they have changed, and
// runs the bundle. This file is plain JavaScript, because Node.js has to run it before anything is compiled.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const { lstatSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } =
  require("node:fs");
const { dirname, join, relative, resolve } = require("node:path");

const ROOT = resolve(__dirname, "..");
const FOLDER = join(ROOT, ".bundle");
const BUNDLE = join(FOLDER, "cli.cjs");
/** They change with the installed packages. */
const LOCKS = ["package-lock.json", "node_modules/.package-lock.json"];
/** The commands get these as arguments, so that no program that they start finds them in its environment. */
const SECRETS = [
  ...["SECRET_ID", "SECRET_KEY", "SECRET_TOKEN", "PATH_TOKEN", "SIGN_KEY", "SIGN_KEY_NEXT"],
  ...["RECORD_URL", "PUBLISH_URL", "PUBLISH_SECRET"],
  ...["TENCENTCLOUD_SECRETID", "TENCENTCLOUD_SECRETKEY", "TENCENTCLOUD_SESSIONTOKEN"],
  ...["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_SESSION_TOKEN"],
];

/** An error whose message needs no addition. */
class Failure extends Error {}

/** Ends the process with a message, once that is written. */
function fail(text) {
  process.exitCode = 1;
  process.stderr.write(`${text}\n`, () => process.exit());
}

/** Of an error of the file system. */
function remedyFor(code) {
  return code === "EROFS" || code === "EACCES" ? ". Use a checkout that you can write to." : "";
}

/** Code in this folder runs with the user's keys, so no other user may be able to write to it. */
function openFolder() {
  try {
    mkdirSync(FOLDER, { mode: 0o700 });
  } catch (error) {
    if (error.code !== "EEXIST")
      throw new Failure(`${FOLDER} cannot be created: ${error.message}. Use a checkout of your own.`);
  }
  const folder = lstatSync(FOLDER);
  if (!folder.isDirectory() || folder.uid !== process.getuid() || (folder.mode & 0o022) !== 0) {
    throw new Failure(
      `${FOLDER} is not a folder that only you can write to. ` +
        "Remove it and run the command again, or use a checkout of your own.",
    );
  }
}

/** @returns what changes whenever the file does, also if an older one takes its place; empty if it is missing */
function stampOf(path) {
  const file = statSync(join(ROOT, path), { throwIfNoEntry: false });
  return file ? `${file.mtimeMs} ${file.size}` : "";
}

/** @returns the bundle, unless there is none or its sources have changed */
function loadFresh() {
  try {
    const bundle = require(BUNDLE);
    return Object.entries(bundle.stamps).every(([path, stamp]) => stampOf(path) === stamp)
      ? bundle
      : undefined;
  } catch {
    return undefined;
  } finally {
    delete require.cache[BUNDLE];
  }
}

/** In the bundle, `__dirname` is the bundle's folder; sources that use it mean their own. */
const ownFolders = {
  name: "own-folders",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const folder = JSON.stringify(relative(FOLDER, dirname(path)));
      const contents = readFileSync(path, "utf8");
      const own = `require("node:path").join(__dirname, ${folder})`;
      return { contents: contents.replace(/\b__dirname\b/g, own), loader: "ts" };
    });
  },
};

/** Several processes can build at the same time: each one's bundle appears as a whole. */
async function build() {
  const start = Date.now();
  const { build: bundle, stop } = require("esbuild");
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const { outputFiles, metafile } = await bundle({
    absWorkingDir: ROOT,
    entryPoints: ["scripts/cli.ts"],
    outfile: BUNDLE,
    write: false,
    bundle: true,
    platform: "node",
    target: "node20.19",
    // Every command needs commander; the others are loaded by the commands that need them.
    external: Object.keys(dependencies).filter((name) => name !== "commander"),
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    plugins: [ownFolders],
    logLevel: "silent",
  });
  stop();
  const sources = Object.keys(metafile.inputs).filter((path) => !/(^|\/)node_modules\//.test(path));
  const stamps = {};
  for (const path of [...sources, ...LOCKS]) {
    // A file that was written during the build may differ from what was read.
    const { mtimeMs = 0 } = statSync(join(ROOT, path), { throwIfNoEntry: false }) ?? {};
    stamps[path] = mtimeMs < start ? stampOf(path) : "changed";
  }
  const scratch = mkdtempSync(join(FOLDER, "build-"));
  for (const { path, text } of outputFiles) {
    const name = path.slice(FOLDER.length + 1);
    const exported = path === BUNDLE ? `module.exports.stamps = ${JSON.stringify(stamps)};\n` : "";
    writeFileSync(join(scratch, name), text + exported);
    renameSync(join(scratch, name), path);
  }
  rmSync(scratch, { recursive: true });
  return require(BUNDLE);
}

async function start() {
  const env = { ...process.env };
  for (const name of SECRETS) delete process.env[name];
  process.setSourceMapsEnabled(true);
  openFolder();
  const { main } = loadFresh() ?? (await build());
  await main(env);
}

if (!(major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19))) {
  fail(
    `${process.execPath} is Node.js ${process.version}, but vod-receiver needs 20.19, 22.12, 24 or newer.`,
  );
} else {
  start().catch((error) => {
    if (error instanceof Failure) fail(error.message);
    else if (error.code === "MODULE_NOT_FOUND")
      fail(`The npm packages are not installed. Run: npm ci --prefix '${ROOT}'`);
    else fail(`The command line cannot be built from ${ROOT}: ${error.message}${remedyFor(error.code)}`);
  });
}
