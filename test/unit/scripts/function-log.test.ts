import { AbstractClient } from "tencentcloud-sdk-nodejs-common/tencentcloud/common/abstract_client";
import { searchLog } from "../../../local-cloud/cls/search-log";
import { Topics } from "../../../local-cloud/cls/topics";
import { readLines } from "../../../scripts/cloud/function-log";

const cls = new AbstractClient("cls.tencentcloudapi.com", "2020-10-16", { credential: {} });

/** Has the log service find these records, whatever it is asked. */
function answerWith(...records: object[]): void {
  const Results = records.map((fields, Time) => ({ Time, LogJson: JSON.stringify(fields) }));
  jest.spyOn(cls, "request").mockResolvedValue(Object({ Results, ListOver: true }));
}

const textsOf = async (name: string) =>
  (await readLines({ cls }, "topic", { namespace: "vod_demo", name }, 0, 10)).map(({ text }) => text);

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

test("a log is read to its end, past the 10 000 lines that one search leads to", async () => {
  const topics = new Topics();
  const { topicId } = topics.default();
  const line = { functionName: "retry", namespace: "vod_demo", requestId: "1", startTime: 0, retryNum: 0 };
  for (let time = 0; time < 10_500; time++)
    topics.deliver(topicId, { ...line, time, text: String(time), isPlatform: false });
  jest.spyOn(cls, "request").mockImplementation(async (_, request) => searchLog(request, topics, 0));
  const lines = await readLines({ cls }, topicId, { namespace: "vod_demo", name: "retry" }, 0, 20_000);
  expect(lines.map(({ text }) => text)).toEqual(Array.from({ length: 10_500 }, (_, time) => String(time)));
});
