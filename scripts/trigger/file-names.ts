/** The last part of a URL, by the path of its place; the first that fits counts. */
const FILE_NAMES: readonly (readonly [RegExp, string])[] = [
  [/SetFileUrl$/, "results.json"],
  [/WebVttUrl$/, "sprite.vtt"],
  [/(Subtitle\w*(\[\d+\])?\.Url|SubtitleUrl)$/, "subtitle.vtt"],
  [/ImageSprite\w*\..*Set\[\d+\]$|ImageSpriteUrlSet\[\d+\]$/, "sprite.jpg"],
  [/(CoverUrl|CovImgUrl)$/, "cover.jpg"],
  [/WechatUrl$|KeyServerUrl$|RecordUrl$/, "page"],
  [/VoiceUrl$/, "voice.mp3"],
  [/AnimatedGraphic/, "animated.gif"],
  [/AdaptiveDynamicStreaming/, "adp.10.m3u8"],
  [/Image|Frame|PicInfo|Snapshot|AiContentReview|ReviewAudioVideo/, "image.jpg"],
  [/HighlightUrl$|SegmentUrl$/, "clip.mp4"],
];

/** A file name that describes the file behind a URL. */
export function fileNameFor(path: string): string {
  return FILE_NAMES.find(([pattern]) => pattern.test(path))?.[1] ?? "video.mp4";
}
