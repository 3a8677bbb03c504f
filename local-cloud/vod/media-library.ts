import { randomBytes, randomInt } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type {
  FileUploadTask,
  MediaMetaData,
  MediaTranscodeItem,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";

/** A file of the library. */
export interface Media {
  readonly fileId: string;
  readonly name: string;
  /** The name's ending, without the dot. */
  readonly type: string;
  readonly category: "Video" | "Audio" | "Image";
  /** As SourceInfo has it: "Upload", "Record" … */
  readonly sourceType: string;
  readonly file: string;
  readonly url: string;
  readonly metaData: MediaMetaData;
  readonly createTime: string;
  /** Where outputs made from it are kept, and under which address they can be had. */
  readonly folder: string;
  readonly folderUrl: string;
  /** The last one that was made by each definition. */
  readonly outputs: Map<number, MediaTranscodeItem>;
}

/** VOD's storage: sources, and outputs beside them, each with an address that it can be fetched from. */
export class MediaLibrary {
  private readonly media = new Map<string, Media>();

  /**
   * @param folder where the files are kept
   * @param url the address under which `folder` is served
   * @param now milliseconds since 1970
   */
  constructor(
    private readonly folder: string,
    private readonly url: string,
    private readonly now: () => number,
    private readonly readMetaData: (file: string) => Promise<MediaMetaData>,
  ) {}

  /** Stores a file. @param sourceType where VOD is to have it from, as SourceInfo says it */
  async add(fileName: string, content: Uint8Array, sourceType = "Upload"): Promise<Media> {
    const extension = extname(fileName).replace(/[^.\w]/g, "");
    const fileId = newFileId();
    // As in VOD's own addresses, the folder can't be guessed from the FileId.
    const place = randomBytes(8).toString("hex") + fileId;
    const folder = join(this.folder, place);
    await mkdir(folder, { recursive: true });
    const file = join(folder, `f0${extension}`);
    await writeFile(file, content);
    const media: Media = {
      fileId,
      name: basename(fileName, extension),
      type: extension.slice(1),
      category: categoryOf(extension),
      sourceType,
      file,
      url: `${this.url}/${place}/f0${extension}`,
      metaData: await this.readMetaData(file),
      createTime: isoTime(this.now()),
      folder,
      folderUrl: `${this.url}/${place}`,
      outputs: new Map(),
    };
    this.media.set(fileId, media);
    return media;
  }

  find(fileId: string): Media | undefined {
    return this.media.get(fileId);
  }

  /** In the order of their creation. */
  all(): Iterable<Media> {
    return this.media.values();
  }
}

/** The payload of the `NewFileUpload` that tells of a file. */
export function fileUploadTask(media: Media): FileUploadTask {
  return {
    FileId: media.fileId,
    MediaBasicInfo: {
      Name: media.name,
      Description: "",
      CreateTime: media.createTime,
      UpdateTime: media.createTime,
      ExpireTime: "9999-12-31T23:59:59Z",
      ClassId: 0,
      ClassName: "Other",
      ClassPath: "Other",
      CoverUrl: "",
      Type: media.type,
      MediaUrl: media.url,
      SourceInfo: { SourceType: media.sourceType, SourceContext: "" },
      StorageRegion: "ap-guangzhou",
      TagSet: [],
      Vid: media.fileId,
      Category: media.category,
      Status: "Normal",
      StorageClass: "STANDARD",
    },
    ProcedureTaskId: "",
    ReviewAudioVideoTaskId: "",
    MetaData: media.metaData,
  };
}

/** A time as VOD writes it, to the second. */
export function isoTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function categoryOf(extension: string): Media["category"] {
  if (/^\.(jpe?g|png|gif|bmp|webp)$/i.test(extension)) return "Image";
  return /^\.(mp3|m4a|aac|flac|ogg|wav)$/i.test(extension) ? "Audio" : "Video";
}

/** VOD's have 17 to 20 digits: more than a JSON number keeps. */
function newFileId(): string {
  return `3877${String(randomInt(10 ** 7, 10 ** 8))}${String(randomInt(10 ** 6, 10 ** 7))}`;
}
