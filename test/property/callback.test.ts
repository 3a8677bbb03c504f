import fc from "fast-check";
import { startApi, succeed } from "../helpers/api-server";
import { anyJson, jsonObject, mutatedNotification, mutatedText, nastyText } from "../helpers/arbitraries";
import { CONTEXT, expectIntegratedResponse, openCallback } from "../helpers/callback";
import { EVENT_FORMS, functionUrlEvent } from "../helpers/gateway-events";
import { OLD_PROCEDURE_NOTIFICATION, procedureNotification, TASK_ID } from "../helpers/notifications";
import { bytesOf, lastRecord } from "../helpers/recorded-log";
import { itemOf, TASK_EXAMPLES } from "../helpers/task-results";

const RUNS = { numRuns: 300 };
const CLIENT_STATUSES = [200, 400, 403, 404, 405, 413];

const wrap = fc.constantFrom(...EVENT_FORMS.map(([, makeEvent]) => makeEvent));
const body = fc.oneof(anyJson, mutatedNotification, mutatedText, nastyText());

/** Every answer and the log must be well-formed, whatever came in. */
async function expectSound(
  event: unknown,
  options: Parameters<typeof openCallback>[0],
  context: unknown = CONTEXT,
) {
  const { handle, lines } = openCallback(options);
  const response = await handle(event, context);
  expectIntegratedResponse(response);
  for (const line of lines) {
    expect(bytesOf(line)).toBeLessThanOrEqual(8 * 1024);
    expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
  }
  return { response, lines };
}

test("bad input is never thrown at and never a 500, and the log ends in JSON", async () => {
  const api = await startApi(succeed);
  const env = { CLOUD_ENDPOINT_URL: api.url };
  await fc.assert(
    fc.asyncProperty(wrap, body, async (makeEvent, content) => {
      const { response, lines } = await expectSound(makeEvent(content ?? null), { env });
      expect(CLIENT_STATUSES).toContain(response.statusCode);
      expect(lastRecord(lines)).toEqual(expect.any(Object));
    }),
    RUNS,
  );
});

test("the same holds for events that no gateway makes", async () => {
  const api = await startApi(succeed);
  const env = { CLOUD_ENDPOINT_URL: api.url };
  const event = fc.oneof(
    anyJson,
    fc.tuple(body, jsonObject).map(([content, overrides]) => functionUrlEvent(content ?? null, overrides)),
    fc
      .record({
        body: anyJson,
        headers: anyJson,
        httpMethod: anyJson,
        path: anyJson,
        requestContext: anyJson,
      })
      .map((overrides) => functionUrlEvent(OLD_PROCEDURE_NOTIFICATION, overrides)),
  );
  await fc.assert(
    fc.asyncProperty(event, async (given) => {
      const { response } = await expectSound(given, { env });
      expect(CLIENT_STATUSES).toContain(response.statusCode);
    }),
    RUNS,
  );
});

test("behind a token and a sign key nothing gets in by chance, and none of it costs an API call", async () => {
  const api = await startApi(succeed);
  const env = { CLOUD_ENDPOINT_URL: api.url, PATH_TOKEN: "Token", SIGN_KEY: "Key" };
  await fc.assert(
    fc.asyncProperty(wrap, body, nastyText(), fc.boolean(), async (makeEvent, content, text, rightPath) => {
      const path = rightPath ? "/Token" : `/${text}`;
      const { response } = await expectSound(makeEvent(content ?? null, { path }), { env });
      expect(rightPath ? [400, 403] : [404]).toContain(response.statusCode);
    }),
    RUNS,
  );
  expect(api.calls).toEqual([]);
});

test("no context is thrown at", async () => {
  const member = fc.record({ request_id: anyJson, time_limit_in_ms: anyJson });
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyJson, member), async (context) => {
      const { response } = await expectSound(functionUrlEvent(OLD_PROCEDURE_NOTIFICATION), {}, context);
      expect(response.statusCode).toBe(200);
    }),
    RUNS,
  );
});

test("a task flow can't fake a line: what isn't in its results is never logged as a success", async () => {
  const forgedLine = "Transcode succeeded. FileId: 1, Definition: 100010, Url: https://evil.example.com/";
  const forged = fc
    .tuple(nastyText(5), nastyText(5))
    .map(([before, after]) => `${before}${forgedLine}${after}`);
  const text = fc.oneof(forged, fc.constant(forgedLine), nastyText());
  const task = fc.record({ Status: fc.constantFrom("FAIL", "PROCESSING"), Message: text, ErrCodeExt: text });
  const item = fc.oneof(
    fc.tuple(fc.constantFrom(...TASK_EXAMPLES), task).map(([example, member]) => itemOf(example, member)),
    fc.record({ Type: text }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(item, { maxLength: 5 }), text, async (items, FileId) => {
      const notification = procedureNotification(items, { FileId });
      const { lines } = await expectSound(functionUrlEvent(notification), {});
      expect(lines.filter((line) => line.startsWith("Transcode succeeded"))).toEqual([]);
      expect(lastRecord(lines)).toMatchObject({ taskId: TASK_ID, outcome: "done" });
    }),
    RUNS,
  );
});

/** JSON texts that no JSON writer makes: equal keys, numbers beyond any size, deep nesting, half a pair. */
const strangeText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '"EventType":"NewFileUpload"',
        '"EventType":"ProcedureStateChanged"',
        '"EventType":null',
        '"FileUploadEvent":{"FileId":38770229990000012345678901}',
        '"FileUploadEvent":{"FileId":"387702299900000123","FileId":1e999}',
        '"FileUploadEvent":{"__proto__":{"FileId":"387702299900000123"}}',
        '"__proto__":{"EventType":"NewFileUpload","FileUploadEvent":{"FileId":"387702299900000123"}}',
        '"ProcedureStateChangeEvent":{"Status":"FINISH","MediaProcessResultSet":[null,[],{"Type":"Transcode"}]}',
        '"constructor":{"prototype":{"polluted":true}}',
        '"Sign":"0","T":1e400',
        '"\ud800":"\udc00"',
        `"Number":${"9".repeat(400)}`,
      ),
      fc.integer({ min: 1, max: 20_000 }).map((depth) => `"Deep":${"[".repeat(depth)}${"]".repeat(depth)}`),
      fc
        .integer({ min: 1, max: 5000 })
        .map((depth) => `"Deep":${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`),
    ),
    { maxLength: 6 },
  )
  .map((members) => `{${members.join(",")}}`);

test("JSON that no JSON writer makes is no more than bad input, with keys and without", async () => {
  const api = await startApi(succeed);
  const env = { CLOUD_ENDPOINT_URL: api.url };
  await fc.assert(
    fc.asyncProperty(wrap, strangeText, async (makeEvent, text) => {
      const open = await expectSound(makeEvent(text), { env });
      expect(CLIENT_STATUSES).toContain(open.response.statusCode);
      const calls = api.calls.length;
      const closed = await expectSound(makeEvent(text), { env: { ...env, SIGN_KEY: "Key" } });
      expect([400, 403]).toContain(closed.response.statusCode);
      expect(api.calls).toHaveLength(calls);
    }),
    RUNS,
  );
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect("polluted" in {}).toBe(false);
});
