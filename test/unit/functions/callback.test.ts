import { CONTEXT, expectIntegratedResponse, openCallback } from "../../helpers/callback";
import { NOW } from "../../helpers/clock";
import { EVENT_FORMS, functionUrlEvent, type Overrides, SOURCE_ADDRESS } from "../../helpers/gateway-events";
import {
  ALIAS_NOTIFICATIONS,
  DELETION_NOTIFICATION,
  EVENT_TYPES,
  FILE_ID,
  notificationOf,
  OLD_PROCEDURE_NOTIFICATION,
  procedureNotification,
  signature,
  TASK_ID,
  uploadNotification,
  VERSION_2_NOTIFICATION,
  withDeepMember,
} from "../../helpers/notifications";
import { jsonLines, lastRecord, replayed } from "../../helpers/recorded-log";
import { succeededItem, TASK_EXAMPLES } from "../../helpers/task-results";

const MAX_BODY_BYTES = 6 * 1024 * 1024;
const TOKEN = "tAbCdEfGhIjKlMnOpQrStUvWxYz01234";
const KEY = "MarkedSignKey1";
const good = signature(KEY, NOW / 1000 + 600);
const unknownType = { EventType: "SomethingNew" };

async function statusOf(event: unknown, options?: Parameters<typeof openCallback>[0]): Promise<number> {
  const response = await openCallback(options).handle(event);
  expectIntegratedResponse(response);
  return response.statusCode;
}

describe.each(EVENT_FORMS)("an event through %s", (_name, makeEvent) => {
  test("a known one that needs nothing done is 200 with a JSON body", async () => {
    for (const notification of [DELETION_NOTIFICATION, OLD_PROCEDURE_NOTIFICATION, ...ALIAS_NOTIFICATIONS]) {
      const response = await openCallback().handle(makeEvent(notification));
      expectIntegratedResponse(response);
      expect(response).toMatchObject({
        statusCode: 200,
        headers: { "Content-Type": expect.stringMatching(/json/) },
      });
      expect(JSON.parse(response.body)).toEqual({});
    }
  });

  test("a finished flow has a line an output and one of JSON at the end", async () => {
    const { handle, lines } = openCallback();
    const response = await handle(makeEvent(procedureNotification(TASK_EXAMPLES.map(succeededItem))));
    expect(response.statusCode).toBe(200);
    for (const { logged } of TASK_EXAMPLES)
      expect(lines.filter((line) => line.endsWith(logged))).toHaveLength(1);
    expect(lastRecord(lines)).toEqual({
      requestId: CONTEXT.request_id,
      eventType: "ProcedureStateChanged",
      fileId: FILE_ID,
      taskId: TASK_ID,
      outcome: "done",
      durationMs: 0,
    });
  });
});

const OTHERS = EVENT_TYPES.filter((type) => type !== "NewFileUpload");

test.each(OTHERS)("%s is 200 with its payload, 400 without", async (eventType) => {
  expect(await statusOf(functionUrlEvent(notificationOf(eventType, {})))).toBe(200);
  for (const payload of [null, "text", [], 5]) {
    expect(await statusOf(functionUrlEvent(notificationOf(eventType, payload)))).toBe(400);
  }
});

test("an unknown type is 200 and logged", async () => {
  const { handle, lines } = openCallback();
  expect((await handle(functionUrlEvent(unknownType))).statusCode).toBe(200);
  expect(lines.join("\n")).toContain("unknown type: SomethingNew");
  expect(lastRecord(lines)).toMatchObject({ eventType: "SomethingNew", outcome: "done" });
});

test.each([
  {},
  { EventType: 5 },
  { EventType: "" },
  VERSION_2_NOTIFICATION,
  uploadNotification({ FileId: "abc" }),
  uploadNotification({ FileId: null }),
])("what is no notification is 400 and says why: %j", async (body) => {
  const response = await openCallback().handle(functionUrlEvent(body));
  expect(response.statusCode).toBe(400);
  expect(response.body).not.toBe("");
});

test("the installer's test gets its nonce and the code's digest back", async () => {
  const { handle } = openCallback({ env: { CODE_DIGEST: "abc123", SIGN_KEY: KEY } });
  const response = await handle(functionUrlEvent({ EventType: "InstallerSelfTest", Nonce: 12345, ...good }));
  expect(response.statusCode).toBe(200);
  expect(JSON.parse(response.body)).toEqual({ Nonce: 12345, CodeDigest: "abc123" });
});

test.each(["InstallerSelfTest", "ProcedureStateChanged", "SomethingNew"])(
  "deep nesting in %s is no reason for a 500",
  async (EventType) => {
    const body = withDeepMember(
      { EventType, ProcedureStateChangeEvent: { Status: "FINISH" } },
      "Nonce",
      100_000,
    );
    expect(await statusOf(functionUrlEvent(body))).toBeLessThan(500);
  },
);

describe("a request that is refused", () => {
  test.each<[number, unknown, Overrides]>([
    [404, unknownType, { path: "/marked-path" }],
    [405, "", { httpMethod: "MARKED", path: `/${TOKEN}` }],
    [413, "x".repeat(MAX_BODY_BYTES + 1), { path: `/${TOKEN}` }],
    [403, { EventType: "marked-type", Sign: "marked-sign", T: good.T }, { path: `/${TOKEN}` }],
  ])(
    "with %i is logged by status, reason, length and source address alone",
    async (status, body, overrides) => {
      const { handle, lines } = openCallback({ env: { PATH_TOKEN: TOKEN, SIGN_KEY: KEY } });
      const event = functionUrlEvent(body, overrides);
      const response = await handle(event);
      expect(response.statusCode).toBe(status);
      expect(jsonLines(lines)).toEqual([
        {
          status,
          reason: response.body,
          length: Buffer.byteLength(event.body),
          sourceAddress: SOURCE_ADDRESS,
        },
      ]);
      expect(lines).toHaveLength(1);
      expect(lines[0]).not.toMatch(/marked/i);
    },
  );
});

test.each([
  ["not JSON", `<xml>\n{"replay":1} ${"x".repeat(10_000)}`, "The body is not JSON."],
  ["in the 2.0 format", { eventType: "NewFileUpload", data: { fileId: "1" } }, /2\.0 format/],
])(
  "of a body that is %s the first kilobytes are kept, escaped, if the path token is right",
  async (_what, body, reason) => {
    const guarded = openCallback({ env: { PATH_TOKEN: TOKEN } });
    expect((await guarded.handle(functionUrlEvent(body, { path: `/${TOKEN}` }))).statusCode).toBe(400);
    const [kept = "", last = ""] = guarded.lines;
    expect(kept).toMatch(/^Unreadable notification: (<xml>\\n|\{"eventType":"NewFileUpload")/);
    expect(kept.length).toBeLessThan(4200);
    expect(JSON.parse(last)).toMatchObject({ status: 400, reason: expect.stringMatching(reason) });
    const open = openCallback();
    expect((await open.handle(functionUrlEvent(body))).statusCode).toBe(400);
    expect(open.lines.join("")).not.toContain("Unreadable");
  },
);

test("a notification that says what is left to do is refused: only our own functions say that", async () => {
  const body = { ...uploadNotification(), VodReceiver: { pending: [] } };
  expect(await statusOf(functionUrlEvent(body))).toBe(400);
});

test.each([undefined, null, "text", 5, [], {}])(
  "an event that is %j is answered, not thrown at",
  async (event) => {
    expect(await statusOf(event)).toBe(400);
  },
);

test.each([
  undefined,
  null,
  "text",
  5,
  [],
  {},
  { time_limit_in_ms: "x", request_id: 5 },
  { time_limit_in_ms: -5 },
])("a context that is %j does no harm", async (context) => {
  const { handle, lines } = openCallback();
  expect((await handle(functionUrlEvent(unknownType), context)).statusCode).toBe(200);
  expect(lastRecord(lines)).toMatchObject({ requestId: expect.any(String), outcome: "done" });
});

describe("a configuration that is wrong", () => {
  test.each<[string, Parameters<typeof openCallback>[0]]>([
    ["sign_keys", { config: { sign_keys: "MarkedSecret" } }],
    ["config-", { config: "{" }],
    ["PATH_TOKEN", { env: { PATH_TOKEN: "Marked/Secret" } }],
    ["SIGN_KEY", { env: { SIGN_KEY: "Marked-Secret" } }],
  ])("is a generic 500, the log naming %s", async (name, options) => {
    const { handle, lines } = openCallback(options);
    const response = await handle(functionUrlEvent(unknownType));
    expectIntegratedResponse(response);
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain(name);
    expect(lines.join("\n")).toContain(name);
    expect(lines.join("\n")).not.toMatch(/Marked.?Secret/);
  });
});

describe("a notification whose payload can't be read", () => {
  const broken = { EventType: "EditMediaComplete", NewPayloadKey: { TaskId: "t" } };

  test("is kept for a later version where only VOD can have sent it", async () => {
    const { handle, lines } = openCallback({ env: { PATH_TOKEN: TOKEN } });
    const event = functionUrlEvent(broken, { path: `/${TOKEN}` });
    expect((await handle(event)).statusCode).toBe(400);
    expect(replayed(lines)).toEqual([broken]);
  });

  test("is not kept where anybody can have sent it", async () => {
    const { handle, lines } = openCallback();
    expect((await handle(functionUrlEvent(broken))).statusCode).toBe(400);
    expect(replayed(lines)).toEqual([]);
  });
});
