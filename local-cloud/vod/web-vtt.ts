import type { SpriteLayout } from "./ffmpeg-arguments";

/**
 * The WebVTT file with the place of each moment's picture in the sheets.
 * @param sheets the sheets' file names, relative to the WebVTT file
 * @param stepSeconds how long each picture stands for
 */
export function webVtt(
  sheets: readonly string[],
  { width, height, columns, rows }: SpriteLayout,
  pictures: number,
  stepSeconds: number,
  durationSeconds: number,
): string {
  const cues = Array.from({ length: pictures }, (_, index) => {
    const place = index % (columns * rows);
    const sheet = sheets[Math.floor(index / (columns * rows))];
    const end = Math.min((index + 1) * stepSeconds, Math.max(durationSeconds, index * stepSeconds));
    const x = (place % columns) * width;
    const y = Math.floor(place / columns) * height;
    return `${time(index * stepSeconds)} --> ${time(end)}\n${sheet}#xywh=${x},${y},${width},${height}\n`;
  });
  return ["WEBVTT\n", ...cues].join("\n");
}

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 23);
}
