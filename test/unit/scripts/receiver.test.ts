import { once } from "node:events";
import { type ClientRequest, request as httpRequest, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { parseConfig } from "../../../lib/config/keys";
import { respond } from "../../../lib/http/gateway";
import { Refusal } from "../../../lib/http/refusal";
import { logReplayRecord } from "../../../lib/log/replay-record";
import { readEventList } from "../../../scripts/replay/event-list";
import { looksKept, savedLines } from "../../../scripts/replay/own-lines";
import { collectRecords } from "../../../scripts/replay/records";
import { createBodyReader, SMALL_BODY_BYTES } from "../../../scripts/serve/read-body";
import { createReceiver, type ReceiverOptions } from "../../../scripts/serve/receiver";
import { redaction } from "../../../scripts/serve/redact";
import { FIVE_FIELDS, openCallback } from "../../helpers/callback";
import { uploadNotification } from "../../helpers/notifications";
import { recordedLog } from "../../helpers/recorded-log";

const TOKEN = "t0kenOfThePath";
const MB = 1024 * 1024;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A receiver on a free port, and the lines that it prints. */
async function open(options: Partial<ReceiverOptions> = {}) {
  const lines: string[] = [];
  const server = createReceiver({
    handle: async () => respond(200, "{}"),
    config: parseConfig({ ...FIVE_FIELDS, path_token: TOKEN }),
    redaction: redaction({ PATH_TOKEN: TOKEN }),
    write: (line) => lines.push(line),
    ...options,
  });
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const send = (path: string, method = "POST", headers: Record<string, string | number> = {}) => {
    const request = httpRequest({ port, path, method, headers, agent: false });
    request.on("error", () => {}).flushHeaders();
    return request;
  };
  return { server, lines, send };
}

async function answerOf(request: ClientRequest): Promise<[number | undefined, string]> {
  const [response]: IncomingMessage[] = await once(request, "response");
  return response ? [response.statusCode, await text(response)] : [undefined, ""];
}

describe("of a request that is not let in", () => {
  const length = { "Content-Length": 18 * 1024 };
  test.each<[number, string, string, string, Record<string, string | number>]>([
    [404, "Not found.", "/wrong", "POST", length],
    [404, "Not found.", `/${TOKEN}/..`, "DELETE", length],
    [404, "Not found.", "/", "POST", { "Content-Length": 7 * MB }],
    [404, "Not found.", "/", "POST", { "Transfer-Encoding": "chunked" }],
    [404, "Not found.", `/?${TOKEN}`, "POST", { ...length, Expect: "100-continue" }],
    [405, "Only POST is accepted.", `/${TOKEN}`, "PUT", length],
    [413, "The body is larger than 6 MB.", `/${TOKEN}`, "POST", { "Content-Length": 6 * MB + 1 }],
  ])(
    "no body is awaited, and one line is printed: %s %s %s %s",
    async (status, reason, path, method, headers) => {
      const { lines, send } = await open();
      const continued = jest.fn();
      const hostile = {
        ...headers,
        "X-Long": "\x9b".repeat(8000),
        "X-Event": '{"EventType":"NewFileUpload"}',
      };
      const request = send(path, method, hostile).on("continue", continued);
      // Nothing of the body is ever sent.
      expect(await answerOf(request)).toEqual([status, reason]);
      request.destroy();
      expect(lines.map((line) => JSON.parse(line))).toEqual([
        { status, reason, length: headers["Content-Length"] ?? 0, sourceAddress: "127.0.0.1" },
      ]);
      expect(continued).not.toHaveBeenCalled();
    },
  );

  test.each<[number, string, object]>([
    [400, "[]", {}],
    [400, '{"EventType":"X"', {}],
    [403, '{"EventType":"X"}', { sign_keys: ["aKey"] }],
  ])("nothing of its body is printed either: %s %s", async (status, body, fields) => {
    const config = parseConfig({ ...FIVE_FIELDS, path_token: TOKEN, ...fields });
    const { lines, send } = await open({ config });
    expect(await answerOf(send(`/${TOKEN}`).end(body))).toEqual([status, expect.any(String)]);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { status, reason: expect.any(String), length: body.length, sourceAddress: "127.0.0.1" },
    ]);
  });
});

describe("what requests take in memory together is bounded", () => {
  test("by their number, until they are answered", async () => {
    const waiting: (() => void)[] = [];
    let entered = () => {};
    const handle = () =>
      new Promise<ReturnType<typeof respond>>((resolve) => {
        waiting.push(() => resolve(respond(200, "{}")));
        entered();
      });
    const { send } = await open({ handle, bodyLimits: { requests: 2, largeBytes: MB } });
    const post = () => send(`/${TOKEN}`).end('{"EventType":"X"}');
    const first = [post(), post()];
    await new Promise<void>((resolve) => {
      entered = () => waiting.length === 2 && resolve();
    });
    expect(await answerOf(post())).toEqual([503, "Too many requests at once."]);
    const answers = first.map(answerOf);
    for (const answer of waiting.splice(0)) answer();
    expect(await Promise.all(answers)).toEqual([
      [200, "{}"],
      [200, "{}"],
    ]);
    entered = () => waiting.splice(0).forEach((answer) => void answer());
    expect(await answerOf(post())).toEqual([200, "{}"]);
  });

  test("by the bytes of large bodies; small ones get in all the same, and a broken connection gives its own back", async () => {
    const withBody = createBodyReader({ requests: 10, largeBytes: MB });
    const read = (bytes: number) =>
      withBody(Readable.from([Buffer.alloc(bytes)]), async ({ length }) => length);
    const broken = new Readable({ read() {} });
    broken.push(Buffer.alloc(900_000));
    const reading = withBody(broken, async ({ length }) => length);
    while (broken.readableLength > 0) await turn();
    await expect(read(300_000)).rejects.toEqual(new Refusal(503, "Too many large bodies at once."));
    expect(await read(SMALL_BODY_BYTES)).toBe(SMALL_BODY_BYTES);
    broken.destroy(new Error("gone"));
    await expect(reading).rejects.toThrow("gone");
    expect(await read(300_000)).toBe(300_000);
    expect(await read(300_000)).toBe(300_000);
  });

  test("a body of many tiny chunks arrives whole", async () => {
    const handle = jest.fn(async () => respond(200, "{}"));
    const { send } = await open({ handle });
    const body = JSON.stringify(uploadNotification({ Extra: "é".repeat(5000) }));
    const request = send(`/${TOKEN}`);
    for (let at = 0; at < body.length; at += 7) request.write(body.slice(at, at + 7));
    expect(await answerOf(request.end())).toEqual([200, "{}"]);
    expect(handle).toHaveBeenCalledWith(expect.objectContaining({ body }));
  });

  test("connections and their time are bounded too", async () => {
    const { server } = await open();
    const { maxConnections, headersTimeout, requestTimeout, timeout } = server;
    expect(maxConnections).toBeLessThanOrEqual(512);
    for (const ms of [headersTimeout, requestTimeout, timeout]) {
      expect(ms).toBeGreaterThan(0);
      expect(ms).toBeLessThanOrEqual(60_000);
    }
  });
});

test("nothing that anybody sends makes an event or a record of the log, whatever is left of the log", async () => {
  const { handle, lines: written } = openCallback();
  const config = parseConfig(FIVE_FIELDS);
  const { send } = await open({ handle, config, write: (line) => written.push(line) });
  const { log, lines: records } = recordedLog();
  // Let in as it is, it is handled, and leaves no record of the function's own.
  const event = { EventType: "FileDeleted", FileDeleteEvent: { FileIdSet: ["666"] } };
  logReplayRecord(event, log);
  const notification = JSON.stringify(event);
  const chosen = fc
    .tuple(
      fc.constantFrom(
        "",
        "\n",
        "\r\n",
        "\u2028",
        "> ",
        "  ",
        "2026-01-01T00:00:00.000Z ",
        "2026-01-01T00:00:00.000Z callback ",
      ),
      fc.constantFrom(
        notification,
        ...records,
        JSON.stringify({ SCF_Type: "Custom", SCF_Message: records[0] }),
      ),
      fc.constantFrom("", "\n", " ".repeat(5000)),
    )
    .map((parts) => parts.join(""));
  await fc.assert(
    fc.asyncProperty(
      chosen,
      fc.constantFrom("body", "type", "member", "path", "header"),
      async (hostile, place) => {
        written.length = 0;
        const inHeader = encodeURIComponent(hostile).slice(0, 8000);
        const bodies: Record<string, string> = {
          body: hostile,
          type: JSON.stringify({ EventType: hostile }),
          member: JSON.stringify({ EventType: "X", [hostile]: hostile }),
        };
        const path = place === "path" ? `/${inHeader}` : "/";
        const headers = { "X-A": place === "header" ? hostile.replace(/[^ -~]/g, "") : "a" };
        await answerOf(send(path, "POST", headers).end(bodies[place] ?? '{"EventType":"X"}'));
        expect(written.length).toBeGreaterThan(0);
        for (const kept of [
          written,
          written.filter((line) => line.startsWith(">")),
          ...written.map((line) => [line]),
        ]) {
          for (const prefix of ["", "2026-01-01T00:00:00.000Z ", "2026-01-01T00:00:00.000Z callback "]) {
            const content = kept.map((line) => prefix + line).join("\n");
            const list = readEventList(content);
            expect([list?.notifications ?? [], list?.records ?? []]).toEqual([[], []]);
            const found = collectRecords(savedLines(content, ["callback"]), looksKept);
            expect(found).toMatchObject({ kept: [], incomplete: 0, unreadable: 0 });
          }
        }
      },
    ),
    { numRuns: 200 },
  );
});
