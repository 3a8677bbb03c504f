import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Zippable, zipSync } from "fflate";
import picomatch from "picomatch";

/** A built function, as it is uploaded. */
export interface CodePackage {
  readonly zip: Uint8Array;
  /** Depends only on names and contents: the same code has the same digest on every machine. */
  readonly digest: string;
}

/** Zip's epoch: a package must not depend on the time of its build. */
const FIXED_TIME = new Date(1980, 0, 1);
const UNIX = 3;
const READABLE_FILE = 0o100644 << 16;

/**
 * Packs folders together. Of two files with the same path, the later folder's is packed.
 * @param exclude patterns of paths in the folders that are not packed
 * @param include further files for the package's top folder
 * @throws if a folder or a file does not exist, or no file is left to pack
 */
export function pack(
  folders: readonly string[],
  exclude: readonly string[] = [],
  include: readonly string[] = [],
): CodePackage {
  const isExcluded = picomatch([...exclude]);
  const sources = new Map<string, string>();
  for (const folder of folders) {
    for (const path of filesIn(folder)) if (!isExcluded(path)) sources.set(path, join(folder, path));
  }
  for (const file of include) sources.set(basename(file), file);
  if (sources.size === 0)
    throw new Error(
      `No files are left to pack in ${folders.join(", ")}. Check src, exclude and include in serverless.yml.`,
    );

  const hash = createHash("sha256");
  const files: Zippable = {};
  for (const [path, source] of [...sources].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const content = readFileSync(source);
    hash.update(`${path}\0${content.length}\0`).update(content);
    files[path] = [content, { mtime: FIXED_TIME, os: UNIX, attrs: READABLE_FILE }];
  }
  return { zip: zipSync(files), digest: hash.digest("hex") };
}

/** All files below a folder, by their paths in it, with / between. */
function filesIn(folder: string, prefix = ""): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = prefix + entry.name;
    return entry.isDirectory() ? filesIn(folder, `${path}/`) : [path];
  });
}
