// The tests run the sources as the compiler of the deployed bundle understands them; esbuild needs no
// TypeScript API, which TypeScript 7 does not have.
const { createHash } = require("node:crypto");
const { transformSync, version } = require("esbuild");

module.exports = {
  getCacheKey: (source, path) => createHash("sha256").update(`${version}\0${path}\0${source}`).digest("hex"),
  process: (source, path) =>
    transformSync(source, {
      loader: "ts",
      format: "cjs",
      target: `node${process.versions.node}`,
      sourcefile: path,
      sourcemap: "inline",
    }),
};
