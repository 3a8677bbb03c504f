import { rm } from "node:fs/promises";
import { join } from "node:path";
import type {
  DeleteMediaRequest,
  FileDeleteTask,
  MediaDeleteItem,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { ApiError } from "../api/error";
import { refuseUnsupported } from "../api/unsupported";
import type { Media, MediaLibrary } from "./media-library";

/** The parts that can be deleted, each with what it does; Definition 0 means all of that type. */
const PARTS: Readonly<Record<string, (media: Media, definition: number) => Promise<void>>> = {
  async OriginalFiles(media) {
    media.sourceDeleted = true;
    dropCover(media, "upload");
    await rm(media.file, { force: true });
  },
  async TranscodeFiles(media, definition) {
    dropCover(media, "snapshot");
    await drop(media, "Transcode", definition);
  },
  AdaptiveDynamicStreamingFiles: (media, definition) => drop(media, "AdaptiveDynamicStreaming", definition),
  // Nothing here publishes to WeChat.
  WechatPublishFiles: async () => {},
  WechatMiniProgramPublishFiles: async () => {},
};

/**
 * DeleteMedia: a whole file, or parts of it.
 * @returns the payload of FileDeleted
 * @throws {ApiError} ResourceNotFound; InvalidParameterValue for an unknown Type
 */
export async function deleteMedia(
  request: DeleteMediaRequest,
  library: MediaLibrary,
): Promise<FileDeleteTask> {
  const { FileId, DeleteParts = [], SubAppId: _application, ...rest } = request;
  refuseUnsupported(rest);
  const media = library.find(FileId);
  if (!media) throw new ApiError("ResourceNotFound", `The file ${FileId} does not exist.`);
  for (const { Type } of DeleteParts) {
    if (Object.hasOwn(PARTS, Type)) continue;
    const known = Object.keys(PARTS).join(", ");
    throw new ApiError("InvalidParameterValue", `The Type of DeleteParts must be one of ${known}.`);
  }
  if (DeleteParts.length === 0) await library.remove(media);
  for (const { Type, Definition = 0 } of DeleteParts) await PARTS[Type]?.(media, Definition);
  library.touch(media);
  const parts: MediaDeleteItem[] = DeleteParts.map(({ Type, Definition = 0 }) => ({ Type, Definition }));
  return { FileIdSet: [FileId], FileDeleteResultInfo: [{ FileId, DeleteParts: parts }] };
}

function dropCover(media: Media, from: "upload" | "snapshot"): void {
  if (media.cover?.from === from) delete media.cover;
}

/** Removes outputs and their files; the segments of a playlist keep their addresses, which nothing names any more. */
async function drop(media: Media, type: string, definition: number): Promise<void> {
  const outputs = media.outputs.get(type);
  for (const [key, output] of outputs ?? []) {
    if (definition !== 0 && key !== definition) continue;
    outputs?.delete(key);
    const url = "Url" in output ? String(output.Url) : "";
    await rm(join(media.folder, url.slice(media.folderUrl.length + 1)), { force: true });
  }
}
