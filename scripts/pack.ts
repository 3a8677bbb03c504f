import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Zippable, zipSync } from "fflate";
import { DIST } from "./project";

/** A built function, as it is uploaded. */
export interface CodePackage {
  readonly zip: Uint8Array;
  /** Of the names and contents only: the same code has the same digest wherever it is packed. */
  readonly digest: string;
}

/** Zip's epoch: a package must not depend on when it was built. */
const FIXED_TIME = new Date(1980, 0, 1);
const UNIX = 3;
const READABLE_FILE = 0o100644 << 16;

/**
 * Packs `dist/<name>`.
 * @throws where it was not built
 */
export function packFunction(name: string): CodePackage {
  const folder = join(DIST, name);
  const hash = createHash("sha256");
  const files: Zippable = {};
  for (const file of readdirSync(folder).sort()) {
    const content = readFileSync(join(folder, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
    files[file] = [content, { mtime: FIXED_TIME, os: UNIX, attrs: READABLE_FILE }];
  }
  return { zip: zipSync(files), digest: hash.digest("hex") };
}
