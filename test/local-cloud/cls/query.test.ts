import { searchLog } from "../../../local-cloud/cls/search-log";
import { Topics } from "../../../local-cloud/cls/topics";
import { refusalOf } from "../../helpers/api-refusal";

interface Result {
  readonly LogJson: string;
}

test("a Context leads to 10 000 lines and lasts an hour, an Offset to any line", () => {
  const topics = new Topics();
  const { topicId } = topics.default();
  for (let index = 0; index < 10_500; index++) {
    const line = { functionName: "a", namespace: "b", requestId: "1", startTime: 0, retryNum: 0 };
    topics.deliver(topicId, { ...line, time: index, text: String(index), isPlatform: false });
  }
  const ask = (changes: object, now = 0): { Context: string; ListOver: boolean; Results: Result[] } =>
    Object(
      searchLog({ TopicId: topicId, From: 0, To: 20_000, Limit: 800, Sort: "asc", ...changes }, topics, now),
    );
  const pages = [ask({ Offset: 100 })];
  for (let last = pages[0]; last && !last.ListOver; last = pages.at(-1))
    pages.push(ask({ Context: last.Context }));
  const messagesOf = ({ Results }: { Results: Result[] }) =>
    Results.map(({ LogJson }) => JSON.parse(LogJson).SCF_Message);
  const lines = pages.flatMap(messagesOf);
  expect(lines).toEqual(Array.from({ length: 10_000 }, (_, index) => String(100 + index)));
  expect(messagesOf(ask({ Offset: 10_400 }))).toHaveLength(100);
  const { Context = "" } = pages[0] ?? {};
  expect(ask({ Context }, 3_600_000).Results).toHaveLength(800);
  expect(refusalOf(() => ask({ Context }, 3_600_001))).toMatch(/^FailedOperation.InvalidContext/);
});

test.each([
  ["ResourceNotFound.TopicNotExist", { TopicId: "601c2a87-ca8e-49c9-9d1c-27286a970db5" }],
  ["FailedOperation.SyntaxError", { QueryString: "* | SELECT count(*)" }],
  ["FailedOperation.SyntaxError", { QueryString: 'SCF_Message:"a" OR SCF_Message:"b"' }],
  ["FailedOperation.SyntaxError", { QueryString: "transcode" }],
  ["FailedOperation.SyntaxError", { QueryString: '"two words"' }],
  ["FailedOperation.SyntaxError", { QueryString: "NOT SCF_Level:INFO" }],
  ["FailedOperation.SyntaxError", { QueryString: "SCF_Level:INFO SCF_Type:Custom" }],
  ["FailedOperation.SyntaxError", { QueryString: "SCF_Level:INFO and SCF_Type:Custom" }],
  ["FailedOperation.SyntaxError", { QueryString: "SCF_Level:INFO AND" }],
  ["FailedOperation.SyntaxError", { QueryString: "SCF_Duration:>100" }],
  ["FailedOperation.SyntaxError", { QueryString: "SCF_Message:trans*" }],
  ["FailedOperation.SyntaxError", { QueryString: 'SCF_Message:"trans*"' }],
  ["FailedOperation.SyntaxError", { QueryString: 'SCF_Message:"a\\"b"' }],
  ["FailedOperation.SyntaxError", { QueryString: 'SCF_Message:"="' }],
  ["FailedOperation.SyntaxError", { QueryString: "outcome:done" }],
  ["InvalidParameter", { Context: "Y29udGV4dC0x", Offset: 1 }],
  ["InvalidParameter", { Limit: 1001 }],
  ["InvalidParameter", { Sort: "up" }],
  ["UnsupportedOperation", { SamplingRate: 0.5 }],
])("a search is refused with %s: %j", (code, changes) => {
  const topics = new Topics();
  const request = { TopicId: topics.default().topicId, From: 0, To: 1, ...changes };
  expect(refusalOf(() => searchLog(request, topics, 0))).toMatch(new RegExp(`^${code}: .`));
});
