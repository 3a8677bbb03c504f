type Category = "Video" | "Audio" | "Image";

/**
 * What can be uploaded (docs/tencent-protocols.md#media-types), with the category and the Content-Type. Playlists are
 * left out, as their segments could not be uploaded with them.
 */
const MEDIA: Readonly<Record<string, readonly [Category, contentType: string]>> = {
  mp4: ["Video", "video/mp4"],
  ts: ["Video", "video/mp2t"],
  flv: ["Video", "video/x-flv"],
  wmv: ["Video", "video/x-ms-wmv"],
  asf: ["Video", "video/x-ms-asf"],
  rm: ["Video", "application/vnd.rn-realmedia"],
  rmvb: ["Video", "application/vnd.rn-realmedia-vbr"],
  mpg: ["Video", "video/mpeg"],
  mpeg: ["Video", "video/mpeg"],
  "3gp": ["Video", "video/3gpp"],
  mov: ["Video", "video/quicktime"],
  webm: ["Video", "video/webm"],
  mkv: ["Video", "video/x-matroska"],
  avi: ["Video", "video/x-msvideo"],
  mp3: ["Audio", "audio/mpeg"],
  m4a: ["Audio", "audio/mp4"],
  aac: ["Audio", "audio/aac"],
  flac: ["Audio", "audio/flac"],
  ogg: ["Audio", "audio/ogg"],
  wav: ["Audio", "audio/wav"],
  jpg: ["Image", "image/jpeg"],
  jpeg: ["Image", "image/jpeg"],
  png: ["Image", "image/png"],
  gif: ["Image", "image/gif"],
  bmp: ["Image", "image/bmp"],
  webp: ["Image", "image/webp"],
};

/** Further types that only processing makes. */
const OUTPUTS: Readonly<Record<string, string>> = {
  m3u8: "application/vnd.apple.mpegurl",
  vtt: "text/vtt",
};

/** @param type a file name's ending, without the dot */
export function categoryOf(type: string): Category | undefined {
  return entry(MEDIA, type)?.[0];
}

/** The Content-Type by a file name's ending. */
export function contentTypeOf(type: string): string {
  return entry(MEDIA, type)?.[1] ?? entry(OUTPUTS, type) ?? "application/octet-stream";
}

function entry<Value>(table: Readonly<Record<string, Value>>, type: string): Value | undefined {
  const name = type.toLowerCase();
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
