import { randomBytes, randomInt } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type {
  MediaBasicInfo,
  MediaMetaData,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { categoryOf } from "./media-types";
import type { Transcoder } from "./transcode";

/** What an upload can set for a file. */
export interface MediaDetails {
  readonly name?: string | undefined;
  /** As in SourceInfo: "Upload", "Record" … */
  readonly sourceType?: string | undefined;
  readonly sourceContext?: string | undefined;
  readonly classId?: number | undefined;
  readonly expireTime?: string | undefined;
}

/** A file of the library. */
export interface Media {
  readonly fileId: string;
  readonly name: string;
  /** The name's ending, without the dot. */
  readonly type: string;
  readonly category: "Video" | "Audio" | "Image";
  readonly details: MediaDetails;
  readonly file: string;
  readonly url: string;
  readonly metaData: MediaMetaData;
  readonly createTime: string;
  updateTime: string;
  /** The folder of its outputs, and the address that serves the folder. */
  readonly folder: string;
  readonly folderUrl: string;
  /** By the Type of their sub-task and their definition; the last one of each. */
  readonly outputs: Map<string, Map<number, object>>;
  cover?: { readonly url: string; readonly from: "upload" | "snapshot" };
  /** DeleteMedia has removed the source; outputs may be left. */
  sourceDeleted?: true;
}

/** A file's content: its bytes, or a file that the library takes over. */
export type Content = Uint8Array | { readonly file: string };

/** VOD's storage: sources and their outputs, each with an address. */
export class MediaLibrary {
  private readonly media = new Map<string, Media>();

  /**
   * @param folder the folder of the files
   * @param url the address that serves `folder`
   * @param now milliseconds since 1970
   */
  constructor(
    private readonly folder: string,
    private readonly url: string,
    private readonly now: () => number,
    private readonly readMetaData: Transcoder["readMetaData"],
  ) {}

  /** Stores a file. */
  async add(fileName: string, content: Content, details: MediaDetails = {}): Promise<Media> {
    const type = typeOf(fileName);
    const extension = type && `.${type}`;
    const fileId = newFileId();
    // As in VOD's own addresses, the folder can't be guessed from the FileId.
    const place = randomBytes(8).toString("hex") + fileId;
    const folder = join(this.folder, place);
    await mkdir(folder, { recursive: true });
    const file = join(folder, `f0${extension}`);
    await store(content, file);
    const createTime = isoTime(this.now());
    const media: Media = {
      fileId,
      name: details.name || basename(fileName, extname(fileName)),
      type,
      category: categoryOf(type) ?? "Video",
      details,
      file,
      url: `${this.url}/${place}/f0${extension}`,
      metaData: await this.readMetaData(file, "source"),
      createTime,
      updateTime: createTime,
      folder,
      folderUrl: `${this.url}/${place}`,
      outputs: new Map(),
    };
    this.media.set(fileId, media);
    return media;
  }

  /** Stores the cover that was uploaded with a file. */
  async addCover(media: Media, type: string, content: Content): Promise<void> {
    const name = `cover.${typeOf(`cover.${type}`)}`;
    await store(content, join(media.folder, name));
    media.cover = { url: `${media.folderUrl}/${name}`, from: "upload" };
  }

  find(fileId: string): Media | undefined {
    return this.media.get(fileId);
  }

  /** In the order of their creation. */
  all(): Iterable<Media> {
    return this.media.values();
  }

  /** Removes a file with all its outputs. */
  async remove(media: Media): Promise<void> {
    this.media.delete(media.fileId);
    await rm(media.folder, { recursive: true, force: true });
  }

  /** To be called when something about a file has changed. */
  touch(media: Media): void {
    media.updateTime = isoTime(this.now());
  }
}

/** How events and queries describe a file. */
export function basicInfo(media: Media): MediaBasicInfo {
  const { details } = media;
  return {
    Name: media.name,
    Description: "",
    CreateTime: media.createTime,
    UpdateTime: media.updateTime,
    ExpireTime: details.expireTime ?? "9999-12-31T23:59:59Z",
    ClassId: details.classId ?? 0,
    ClassName: "Other",
    ClassPath: "Other",
    CoverUrl: media.cover?.url ?? "",
    Type: media.type,
    MediaUrl: media.sourceDeleted ? "" : media.url,
    SourceInfo: {
      SourceType: details.sourceType ?? "Upload",
      SourceContext: details.sourceContext ?? "",
    },
    StorageRegion: "ap-guangzhou",
    TagSet: [],
    Vid: media.fileId,
    Category: media.category,
    Status: "Normal",
    StorageClass: "STANDARD",
  };
}

/** A time as VOD writes it, to the second. */
export function isoTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** A file name's ending without the dot, safe as a part of a path. */
export function typeOf(fileName: string): string {
  return extname(fileName).replace(/\W/g, "");
}

async function store(content: Content, file: string): Promise<void> {
  if (content instanceof Uint8Array) await writeFile(file, content);
  else await rename(content.file, file);
}

/** VOD's have 17 to 20 digits: more than a JSON number keeps. */
function newFileId(): string {
  return `3877${String(randomInt(10 ** 7, 10 ** 8))}${String(randomInt(10 ** 6, 10 ** 7))}`;
}
