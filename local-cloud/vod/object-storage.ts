import { createHash, randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Crc64 } from "./crc64";

/** As for files that are uploaded without the API. */
export const MAX_OBJECT_BYTES = 512 * 1024 * 1024;

/** Something stored: a whole object, or a part of one. */
export interface Stored {
  readonly file: string;
  readonly sizeBytes: number;
  /** The MD5 in hex; that of an object in parts is followed by their number. */
  readonly etag: string;
  readonly crc64: string;
}

export interface MultipartUpload {
  readonly id: string;
  readonly key: string;
  readonly initiated: Date;
  /** By part number. */
  readonly parts: Map<number, Stored>;
}

/** A refusal in the words of COS. */
export class StorageError extends Error {
  override readonly name = "StorageError";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The bucket that files are uploaded to before CommitUpload: only keys that ApplyUpload gave out can be written. */
export class ObjectStorage {
  private readonly objects = new Map<string, Stored | undefined>();
  private readonly uploads = new Map<string, MultipartUpload>();

  constructor(
    readonly bucket: string,
    private readonly folder: string,
  ) {}

  /** Lets a key be written. */
  allow(key: string): void {
    this.objects.set(key, undefined);
  }

  find(key: string): Stored | undefined {
    return this.objects.get(key);
  }

  /** Hands an object over to its new owner; the key can't be written any more. */
  take(key: string): Stored | undefined {
    const stored = this.objects.get(key);
    if (stored) this.objects.delete(key);
    return stored;
  }

  /** @throws {StorageError} AccessDenied, EntityTooLarge */
  async put(key: string, content: Readable): Promise<Stored> {
    this.checkKey(key);
    const stored = await this.write(content);
    this.objects.set(key, stored);
    return stored;
  }

  /** @throws {StorageError} AccessDenied */
  initiate(key: string): MultipartUpload {
    this.checkKey(key);
    const upload = { id: randomBytes(16).toString("hex"), key, initiated: new Date(), parts: new Map() };
    this.uploads.set(upload.id, upload);
    return upload;
  }

  /** Those of a key's beginning that are neither completed nor aborted. */
  unfinished(prefix: string): MultipartUpload[] {
    return [...this.uploads.values()].filter(({ key }) => key.startsWith(prefix));
  }

  /** @throws {StorageError} NoSuchUpload */
  upload(key: string, id: string): MultipartUpload {
    const upload = this.uploads.get(id);
    if (upload?.key === key) return upload;
    throw new StorageError(404, "NoSuchUpload", "The specified multipart upload does not exist.");
  }

  /** @throws {StorageError} NoSuchUpload, EntityTooLarge */
  async putPart(key: string, id: string, number: number, content: Readable): Promise<Stored> {
    const { parts } = this.upload(key, id);
    if (!Number.isInteger(number) || number < 1 || number > 10_000) {
      throw new StorageError(400, "InvalidArgument", "partNumber must be 1 to 10000.");
    }
    const part = await this.write(content);
    const replaced = parts.get(number);
    parts.set(number, part);
    if (replaced) await rm(replaced.file, { force: true });
    return part;
  }

  /**
   * Puts an object together.
   * @param wanted the parts as the client lists them
   * @throws {StorageError} NoSuchUpload, InvalidPart, InvalidPartOrder, EntityTooLarge
   */
  async complete(
    key: string,
    id: string,
    wanted: readonly { number: number; etag: string }[],
  ): Promise<Stored> {
    const upload = this.upload(key, id);
    const parts = wanted.map(({ number, etag }) => {
      const part = upload.parts.get(number);
      if (part?.etag === etag) return part;
      throw new StorageError(400, "InvalidPart", `Part ${number} was not uploaded with this ETag.`);
    });
    if (
      parts.length === 0 ||
      wanted.some(({ number }, index) => number <= (wanted[index - 1]?.number ?? 0))
    ) {
      throw new StorageError(400, "InvalidPartOrder", "The parts must be listed in ascending order.");
    }
    const whole = Readable.from(concatenated(parts));
    const { file, sizeBytes, crc64 } = await this.write(whole);
    const digests = Buffer.concat(parts.map((part) => Buffer.from(part.etag, "hex")));
    const etag = `${createHash("md5").update(digests).digest("hex")}-${parts.length}`;
    const stored = { file, sizeBytes, etag, crc64 };
    this.objects.set(key, stored);
    await this.abort(key, id);
    return stored;
  }

  /** Removes an upload's parts. @throws {StorageError} NoSuchUpload */
  async abort(key: string, id: string): Promise<void> {
    const { parts } = this.upload(key, id);
    this.uploads.delete(id);
    await Promise.all([...parts.values()].map(({ file }) => rm(file, { force: true })));
  }

  private checkKey(key: string): void {
    if (this.objects.has(key)) return;
    throw new StorageError(403, "AccessDenied", `ApplyUpload has not returned the key ${key}.`);
  }

  private async write(content: Readable): Promise<Stored> {
    await mkdir(this.folder, { recursive: true });
    const file = join(this.folder, randomBytes(16).toString("hex"));
    const hash = createHash("md5");
    const crc = new Crc64();
    let sizeBytes = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        sizeBytes += chunk.length;
        hash.update(chunk);
        crc.update(chunk);
        if (sizeBytes <= MAX_OBJECT_BYTES) done(null, chunk);
        else done(tooLarge());
      },
    });
    try {
      await pipeline(content, measure, createWriteStream(file));
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    return { file, sizeBytes, etag: hash.digest("hex"), crc64: crc.digest() };
  }
}

export function tooLarge(): StorageError {
  return new StorageError(400, "EntityTooLarge", "The local cloud accepts at most 512 MB.");
}

async function* concatenated(parts: readonly Stored[]): AsyncGenerator<Buffer> {
  for (const { file } of parts) yield* createReadStream(file);
}
