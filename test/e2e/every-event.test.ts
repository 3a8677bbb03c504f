import { type EventType, PAYLOAD_KEYS } from "../../lib/event/event";
import type { JsonObject } from "../../lib/json";
import { makeExample } from "../../scripts/trigger/example";
import { override } from "../../scripts/trigger/override";

import { factsOf, hasAll } from "../helpers/facts";

import { NAMESPACE, post, SAMPLE, TestCloud } from "../helpers/test-cloud";

const eventTypes = Object.keys(PAYLOAD_KEYS).filter((name): name is EventType => name in PAYLOAD_KEYS);

let stage: TestCloud;
let address: string;
/** VOD must know the file of an upload: its transcoding is started. */
let uploaded: string;

beforeAll(async () => {
  stage = await TestCloud.open();
  await stage.deployBuilt("callback");
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
