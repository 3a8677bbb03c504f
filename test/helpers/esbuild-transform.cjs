// The tests run the sources as the compiler of the deployed bundle understands them; esbuild needs no
// TypeScript API, which TypeScript 7 does not have.
const { createHash } = require("node:crypto");
const { basename } = require("node:path");
const { transformSync, version } = require("esbuild");

module.exports = {
  // By the name only, so that copies of a source share one entry.
  getCacheKey: (source, path) =>
    createHash("sha256")
      .update(`${version}\0${basename(path)}\0${source}`)
      .digest("hex"),
  process: (source, path) =>
    transformSync(source, {
      loader: "ts",
      format: "cjs",
      target: `node${process.versions.node}`,
      sourcefile: basename(path),
      sourcemap: "inline",
    }),
};
