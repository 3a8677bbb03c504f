import type { EventContent } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { Refusal } from "../http/refusal";
import { isJsonObject, type JsonObject } from "../json";
import type { NewerPayloads } from "./newer-payloads";
import { payloadSpec } from "./payload-fields";
import type { Untrusted } from "./untrusted";

/** The payloads by their members: those of the SDK, and those that it lacks. */
export type Payloads = Omit<EventContent, "EventHandle" | "EventType"> & StillNewer;
/** Not assignable once the SDK has one of them. */
type StillNewer = [keyof NewerPayloads & keyof EventContent] extends [never] ? NewerPayloads : never;
export type PayloadKey = keyof Payloads;

type Unlisted<Table extends Record<string, PayloadKey>> = Exclude<PayloadKey, Table[keyof Table]>;

/** Compiles only with a table in which every payload of the SDK has its event type. */
export function eventTable<const Table extends Record<string, PayloadKey>>(
  table: Table & ([Unlisted<Table>] extends [never] ? unknown : { [Key in Unlisted<Table>]: "is missing" }),
): Table {
  return table;
}

/** The rows of event types whose payload's key is their own name with `Event` after it. */
function regular<const Type extends string>(
  ...types: readonly Type[]
): { readonly [Key in Type]: `${Key}Event` } {
  // The compiler does not follow the keys and values through Object.fromEntries.
  return Object.fromEntries(types.map((type) => [type, `${type}Event`])) as { [Key in Type]: `${Key}Event` };
}

/** The payload keys that do not follow from the type's name. They come from Tencent's text on each payload. */
const IRREGULAR_KEYS = {
  NewFileUpload: "FileUploadEvent",
  ProcedureStateChanged: "ProcedureStateChangeEvent",
  FileDeleted: "FileDeleteEvent",
  CreateSnapshotByTimeOffsetComplete: "SnapshotByTimeOffsetCompleteEvent",
  RemoveWatermark: "RemoveWatermarkCompleteEvent",
  AigcImageTaskComplete: "AigcImageCompleteEvent",
  AigcVideoTaskComplete: "AigcVideoCompleteEvent",
  ExtractBlindWatermarkComplete: "ExtractBlindWatermarkComplete",
  AigcHunyuan3DTaskComplete: "AigcHunyuan3DCompleteEvent",
} as const;

/** `EventType` → payload key. Bundles leave it out, as they do what is only called for it. */
export const PAYLOAD_KEYS = /* @__PURE__ */ makeTable();

function makeTable() {
  return eventTable({
    ...IRREGULAR_KEYS,
    SceneAigcImageCompleteEvent: "SceneAigcImageCompleteEvent",
    ProcessImageAsyncCompleteEvent: "ProcessImageAsyncCompleteEvent",
    CreateAigcAdvancedCustomElementCompleteEvent: "CreateAigcAdvancedCustomElementCompleteEvent",
    CreateAigcCustomVoiceCompleteEvent: "CreateAigcCustomVoiceCompleteEvent",
    ...regular(
      "PullComplete",
      "EditMediaComplete",
      "SplitMediaComplete",
      "ComposeMediaComplete",
      "ClipComplete",
      "TranscodeComplete",
      "CreateImageSpriteComplete",
      "ConcatComplete",
      "WechatPublishComplete",
      "WechatMiniProgramPublishComplete",
      "RestoreMediaComplete",
      "RebuildMediaComplete",
      "ExtractTraceWatermarkComplete",
      "ExtractCopyRightWatermarkComplete",
      "ReviewAudioVideoComplete",
      "ReduceMediaBitrateComplete",
      "DescribeFileAttributesComplete",
      "QualityInspectComplete",
      "QualityEnhanceComplete",
      "MediaCastStatusChanged",
      "PersistenceComplete",
      "ComplexAdaptiveDynamicStreamingComplete",
      "ProcessMediaByMPSComplete",
      "DescribeAigcFaceInfoAsyncComplete",
    ),
  });
}

export type EventType = keyof typeof PAYLOAD_KEYS;

/** Other keys that payloads were seen under, on the wire or in Tencent's own samples. */
const PAYLOAD_ALIASES: { readonly [Type in EventType]?: string } = {
  WechatMiniProgramPublishComplete: "WechatMiniProgramPublishEvent",
  WechatPublishComplete: "WechatPublishComplete",
  EditMediaComplete: "EditMediaComplete",
};

export type EventOf<Type extends EventType> = {
  readonly known: true;
  readonly eventType: Type;
  readonly payload: Untrusted<NonNullable<Payloads[(typeof PAYLOAD_KEYS)[Type]]>>;
};
export type KnownEvent = { [Type in EventType]: EventOf<Type> }[EventType];
/** An event of a type that the tables lack; its payload is every member of the notification that is not null. */
export interface UnknownEvent {
  readonly known: false;
  readonly eventType: string;
  readonly payload: JsonObject;
}
export type VodEvent = KnownEvent | UnknownEvent;

/**
 * Reads a notification. Only its type determines where the payload is: real notifications have every other payload
 * key too, with null.
 * @throws {Refusal} 400 if it has no `EventType`, or a known type without its payload
 */
export function parseEvent(notification: JsonObject): VodEvent {
  const eventType = notification["EventType"];
  if (typeof eventType !== "string" || eventType === "") {
    throw new Refusal(400, isOldFormat(notification) ? OLD_FORMAT : "EventType is missing.");
  }
  if (!isKnown(eventType)) return { known: false, eventType, payload: contentOf(notification) };
  const key = payloadKeyOf(eventType);
  const alias = PAYLOAD_ALIASES[eventType];
  const payload = notification[key] ?? (alias === undefined ? undefined : notification[alias]);
  if (!isJsonObject(payload)) throw new Refusal(400, `${eventType} has no ${key}.`);
  // The table ties the payload to the type, which the compiler can't follow; Wire promises no values.
  return { known: true, eventType, payload } as KnownEvent;
}

const OLD_FORMAT =
  "This notification has the 2.0 format. The VOD console shows two callback URLs: set this address for version 3.0 and clear the other one.";

/**
 * Old accounts can set two addresses; the other one gets `eventType` and `data`
 * (docs/tencent-protocols.md#format-20).
 */
function isOldFormat(notification: JsonObject): boolean {
  return typeof notification["eventType"] === "string" && "data" in notification;
}

function contentOf(notification: JsonObject): JsonObject {
  const { EventType: _type, EventHandle: _handle, Sign: _sign, T: _expiry, ...content } = notification;
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null));
}

function isKnown(eventType: string): eventType is EventType {
  return payloadSpec(eventType) !== undefined;
}

/** The value in `PAYLOAD_KEYS`, which bundles leave out. */
function payloadKeyOf(eventType: EventType): string {
  const irregular: { readonly [eventType: string]: string } = IRREGULAR_KEYS;
  return irregular[eventType] ?? (eventType.endsWith("Event") ? eventType : `${eventType}Event`);
}
