/** The sides of a picture, in pixels. */
export interface Sides {
  readonly short: number;
  readonly long: number;
}

/** The shorter side of VOD's preset templates for MP4, in pixels (docs/tencent-protocols.md#preset-templates). */
const SHORT: Readonly<Record<number, number>> = {
  ...{ 100010: 360, 100020: 540, 100030: 720, 100040: 1080, 100070: 1440, 100080: 2160 },
  ...{ 100810: 360, 100820: 540, 100830: 720, 100840: 1080 },
  ...{ 70: 1440, 80: 2160 },
};
/** Of others the longer side. */
const LONG: Readonly<Record<number, number>> = { 10: 320, 20: 640, 30: 1280, 40: 1920 };
/** The same for HLS: 100210 has the picture of 100010. */
const HLS = 200;

/**
 * The shorter side that a preset template gives a picture of these proportions, in pixels.
 * @returns undefined for other templates, and those that keep the size of the source
 */
export function shortSideOf(definition: number | undefined, { short, long }: Sides): number | undefined {
  if (definition === undefined) return undefined;
  const side = SHORT[definition] ?? SHORT[definition - HLS];
  const longSide = LONG[definition] ?? LONG[definition - HLS];
  return side ?? (longSide === undefined ? undefined : (longSide * short) / long);
}
