import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { AbstractClient } from "tencentcloud-sdk-nodejs-common/tencentcloud/common/abstract_client";
import { type Account, openAccount } from "../../../scripts/cloud/account";
import { IncompleteLogError, readLines } from "../../../scripts/cloud/function-log";
import { readTarget } from "../../../scripts/cloud/target";
import { findLines, type MadeUpLog, type Search, searchMadeUp } from "../../../scripts/dev/soak/made-up-log";

const cls = new AbstractClient("cls.tencentcloudapi.com", "2020-10-16", { credential: {} });

/** Has the log service find these records, whatever it is asked. */
function answerWith(...records: object[]): void {
  const Results = records.map((fields, Time) => ({ Time, LogJson: JSON.stringify(fields) }));
  jest.spyOn(cls, "request").mockResolvedValue(Object({ Results, ListOver: true }));
}

/** The texts of a function's lines from 0 to `to`. */
async function textsOf(name: string, to = 10, topicId = "topic", account: Pick<Account, "cls"> = { cls }) {
  const texts: string[] = [];
  for await (const { text } of readLines(account, topicId, { namespace: "vod_demo", name }, 0, to))
    texts.push(text);
  return texts;
}

test("what the log service finds of other functions, whose names have the word too, is left out", async () => {
  answerWith(
    { SCF_FunctionName: "retry", SCF_Namespace: "vod_demo", SCF_Message: "ours" },
    { SCF_FunctionName: "staging-retry", SCF_Namespace: "vod_demo", SCF_Message: "of another installation" },
    { SCF_FunctionName: "retry", SCF_Namespace: "vod_demo-2", SCF_Message: "of another namespace" },
  );
  expect(await textsOf("retry")).toEqual(["ours"]);
});

test("a record that does not name its function is the one's that was asked for", async () => {
  answerWith({ SCF_Message: "a line" });
  expect(await textsOf("retry")).toEqual(["a line"]);
});

test.each([1e20, -1e20, "soon", {}, null])(
  "%j as a line's time is none, and no line is lost",
  async (Time) => {
    const Results = [{ Time, LogJson: JSON.stringify({ SCF_Message: "a line" }) }];
    jest.spyOn(cls, "request").mockResolvedValue(Object({ Results, ListOver: true }));
    for await (const { text, time } of readLines({ cls }, "topic", { namespace: "n", name: "f" }, 0, 10))
      expect({ text, time: new Date(time).toISOString() }).toEqual({
        text: "a line",
        time: "1970-01-01T00:00:00.000Z",
      });
    expect.assertions(1);
  },
);

const DAY_MS = 24 * 3_600_000;
const made = (lines: number, spanMs: number, start = 0): MadeUpLog => ({
  ...{ lines, start, spanMs },
  fieldsOf: (number) => ({ SCF_Message: String(number) }),
});
const numbersTo = (lines: number) => Array.from({ length: lines }, (_, number) => String(number));

/** Has the log service search these lines. @param refuse throws if a search is to be refused */
function serve(log: MadeUpLog, refuse: (search: Search, returned: number) => void = () => {}) {
  const search = (request: Search) => {
    refuse(request, Math.min(request.Limit, findLines(log, request).found - request.Offset));
    return Object(searchMadeUp(log, request));
  };
  return jest
    .spyOn(cls, "request")
    .mockReset()
    .mockImplementation(async (_, request) => search(request));
}

test.each<[string, MadeUpLog]>([
  ["three days", made(25_000, 3 * DAY_MS)],
  ["the last second of three days", made(25_000, 1000, 3 * DAY_MS - 1000)],
  ["five milliseconds", made(52_000, 5, DAY_MS)],
  ["one millisecond", made(12_345, 1, DAY_MS + 7)],
  ["exactly as much as one search returns", made(10_000, DAY_MS)],
])("every line is read once and in order if they are spread over %s", async (_, log) => {
  const request = serve(log);
  expect(await textsOf("retry", 3 * DAY_MS)).toEqual(numbersTo(log.lines));
  const wide = request.mock.calls.map(([, search]) => Object(search)).filter(({ From, To }) => From < To);
  expect(Math.max(...wide.map(({ Offset, Limit }) => Offset + Limit))).toBeLessThanOrEqual(10_000);
  expect(request.mock.calls.length).toBeLessThan(250);
});

test("an empty log of three days takes one search", async () => {
  const request = serve(made(0, 1));
  expect(await textsOf("retry", 3 * DAY_MS)).toEqual([]);
  expect(request).toHaveBeenCalledTimes(1);
});

test.each([
  "LimitExceeded.SearchResultTooLarge",
  "LimitExceeded.SearchResources",
  "LimitExceeded.LogSearch",
  "FailedOperation.SearchTimeout",
  "FailedOperation.Timeout",
])("searches that end in %s are made smaller until none does", async (code) => {
  const refusal = () => Object.assign(new Error("too much"), { code });
  for (const log of [made(3000, DAY_MS), made(3000, 2)]) {
    serve(log, (_, returned) => {
      if (returned > 300) throw refusal();
    });
    expect(await textsOf("retry", DAY_MS)).toEqual(numbersTo(log.lines));
  }
  // In the middle of a window that was opened without trouble.
  serve(made(3000, DAY_MS), ({ Offset }, returned) => {
    if (Offset >= 1000 && returned > 10) throw refusal();
  });
  expect(await textsOf("retry", DAY_MS)).toEqual(numbersTo(3000));
});

test.each(["LimitExceeded.SearchResources", "FailedOperation.SyntaxError"])(
  "%s for every search is an error",
  async (code) => {
    serve(made(3000, DAY_MS), () => {
      throw Object.assign(new Error("refused"), { code });
    });
    await expect(textsOf("retry", DAY_MS)).rejects.toMatchObject({ code });
  },
);

test("an answer without the lines that must follow is asked for again, and then is an error", async () => {
  const log = made(1500, DAY_MS);
  const cut = { Results: [], ListOver: false };
  for (const answer of [cut, {}, null]) {
    const request = serve(log);
    request.mockResolvedValueOnce(Object(searchMadeUp(log, { From: 0, To: DAY_MS, Limit: 1000, Offset: 0 })));
    request.mockResolvedValueOnce(Object(cut)).mockResolvedValueOnce(Object(answer));
    expect(await textsOf("retry", DAY_MS)).toEqual(numbersTo(1500));
    request.mockResolvedValue(Object(answer));
    await expect(textsOf("retry", DAY_MS)).rejects.toThrow(IncompleteLogError);
  }
});

test("pages that are too large for one answer are made smaller", async () => {
  const log = {
    ...made(3000, DAY_MS),
    fieldsOf: (number: number) => ({ SCF_Message: String(number).padEnd(12_000) }),
  };
  const server = createServer(async (req, res) => {
    const search: Search = Object(await json(req));
    res.setHeader("Content-Type", "application/json");
    res.end(JSON.stringify({ Response: { ...searchMadeUp(log, search), RequestId: "r" } }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = Object(server.address());
  const env = { SECRET_ID: "id", SECRET_KEY: "key", CLOUD_ENDPOINT_URL: `http://127.0.0.1:${port}` };
  const waits: string[] = [];
  const account = openAccount(readTarget(env), (line) => waits.push(line));
  try {
    const texts = await textsOf("retry", DAY_MS, "topic", account);
    expect(texts.map((text) => text.trim())).toEqual(numbersTo(3000));
    expect(waits).toEqual([]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
