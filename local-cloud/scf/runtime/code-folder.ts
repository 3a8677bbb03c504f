import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { type Unzipped, unzipSync } from "fflate";
import { UNPACKED_LIMIT } from "./limits";

/** The code package can't be used. */
export class InvalidZip extends Error {
  override readonly name = "InvalidZip";
}

function unzip(zip: Uint8Array): Unzipped {
  let unpacked = 0;
  try {
    return unzipSync(zip, {
      filter: ({ originalSize }) => {
        unpacked += originalSize;
        if (unpacked > UNPACKED_LIMIT) throw new InvalidZip("the unpacked code is larger than 500 MB");
        return true;
      },
    });
  } catch (error) {
    if (error instanceof InvalidZip) throw error;
    throw new InvalidZip("the code package is not a zip file");
  }
}

/**
 * Unpacks a code package.
 * @param folder is made
 * @throws InvalidZip if it is not a zip file, is too large (500 MB unpacked) or has a file outside of its folder
 */
export async function unpack(zip: Uint8Array, folder: string): Promise<void> {
  const entries = Object.entries(unzip(zip));
  for (const [name] of entries) {
    if (!join(folder, name).startsWith(folder + sep)) {
      throw new InvalidZip(`the code package has a file outside of its folder: ${name}`);
    }
  }
  await mkdir(folder, { recursive: true });
  for (const [name, content] of entries) {
    const path = join(folder, name);
    await mkdir(name.endsWith("/") ? path : dirname(path), { recursive: true });
    if (!name.endsWith("/")) await writeFile(path, content);
  }
}
