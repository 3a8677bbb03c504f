import { type EventType, PAYLOAD_KEYS } from "../../lib/event/event";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { makeExample } from "../../scripts/trigger/example";
import { override } from "../../scripts/trigger/override";
import { NAMESPACE, openStage, post, SAMPLE, type Stage } from "../helpers/harness";

const eventTypes = Object.keys(PAYLOAD_KEYS).filter((name): name is EventType => name in PAYLOAD_KEYS);

let stage: Stage;
let address: string;
/** VOD must know the file of an upload: its transcoding is started. */
let uploaded: string;

beforeAll(async () => {
  stage = await openStage();
  address = await stage.cloud.openAddress(NAMESPACE, "callback");
  uploaded = (await stage.cloud.upload("every-event.mp4", SAMPLE)).fileId;
});
afterAll(() => stage.cloud.close());

describe.each(eventTypes)("%s", (eventType) => {
  test.each([
    ["succeeded", false],
    ["failed", true],
  ] as const)("that %s is answered 200, and all that it says is in the log", async (_state, fail) => {
    const example = makeExample(eventType, { fail });
    const notification =
      eventType === "NewFileUpload" ? override(example, `FileUploadEvent.FileId=${uploaded}`) : example;
    const expected = factsOf(notification[PAYLOAD_KEYS[eventType]], "");
    // The SDK's type of this one has nothing but the configuration of what was done.
    if (eventType !== "ProcessImageAsyncCompleteEvent") expect(expected).not.toEqual([]);

    const lines = await logOf(eventType, notification);

    expect(expected.filter(({ values }) => !lines.some((line) => hasAll(line, values)))).toEqual([]);
  });
});

/** Posts a notification; the lines that the function writes up to its last, which says what happened. */
async function logOf(eventType: EventType, notification: JsonObject): Promise<string[]> {
  const lines: string[] = [];
  let stop = () => {};
  const ended = new Promise<void>((resolve) => {
    stop = stage.cloud.functions.onLog(({ text }) => {
      lines.push(text);
      if (text.startsWith("{") && text.includes(`"eventType":"${eventType}"`)) resolve();
    });
  });
  expect(await post(address, notification)).toMatchObject({ status: 200 });
  await ended;
  stop();
  return lines;
}

/** What a line of the log must say, all of it, and where the notification says it. */
interface Fact {
  readonly path: string;
  readonly values: readonly string[];
}

/** What a task was given, and who recorded a file, are not what came of it. */
const INPUTS = /\.(Input|InputInfo|TrtcRecordInfo)$/;
const IDENTITIES = /\.(\w*FileId|FileIdSet\[\d+\]|(?!Record)\w*TaskId|\w*TaskIds\[\d+\]|CastId)$/;

function factsOf(value: unknown, path: string): Fact[] {
  if (INPUTS.test(path)) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => factsOf(item, `${path}[${index}]`));
  if (isJsonObject(value)) {
    const members = Object.entries(value).flatMap(([name, member]) => factsOf(member, `${path}.${name}`));
    return [...errorOf(value, path), ...members];
  }
  if (typeof value !== "string") return [];
  return IDENTITIES.test(path) || value.startsWith("https://") ? [{ path, values: [value] }] : [];
}

/** The parts of an error belong on one line. */
function errorOf({ ErrCode, ErrCodeExt, Message }: JsonObject, path: string): Fact[] {
  const values = [ErrCode, ErrCodeExt, Message].map((value) => String(value ?? ""));
  const said = values.filter((value) => !["", "0", "SUCCESS"].includes(value));
  return said.length === 0 ? [] : [{ path, values: said }];
}

function hasAll(line: string, values: readonly string[]): boolean {
  return values.every((value) => line.includes(value));
}
