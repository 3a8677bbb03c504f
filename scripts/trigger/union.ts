import { resolve, type Schema } from "./schema";

/**
 * The members of a type whose items have only one of them, named by `Type`, such as a task flow's result; none for any
 * other type.
 */
export function kindsOf({ properties = {} }: Schema): [string, Schema][] {
  const { Type: type, ...others } = properties;
  const kinds = Object.entries(others);
  const objects = kinds.every(([, member]) => resolve(member).schema.type === "object");
  return type && kinds.length > 1 && objects ? kinds : [];
}

/**
 * The `Type` of a member, if it is not the member's name without its last word
 * (docs/tencent-protocols.md#result-item-types).
 */
const IRREGULAR: Readonly<Record<string, string>> = {
  AnimatedGraphicTask: "AnimatedGraphics",
  ImageSpriteTask: "ImageSprites",
};

/**
 * What the `Type` of an item is whose member is this one (the SDK's text on each `Type`). That text leaves
 * SegmentTask out; its name is formed as those beside it are.
 */
export function kindName(typeName: string, member: string): string {
  const name = IRREGULAR[member] ?? member.replace(/(Task|Item)$/, "");
  if (typeName === "AiContentReviewResult") return name.replace(/(Asr|Ocr)$/, ".$1");
  return typeName === "AiRecognitionResult" ? `${name}Recognition` : name;
}
