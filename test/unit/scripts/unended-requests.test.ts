import { AbstractClient } from "tencentcloud-sdk-nodejs-common/tencentcloud/common/abstract_client";
import { countUnended } from "../../../scripts/cloud/unended-requests";
import { FakeClock } from "../../helpers/clock";

const TO = 10_000_000;

async function count(...lines: (readonly [time: number, text: string, type?: string])[]): Promise<number> {
  const cls = new AbstractClient("cls.tencentcloudapi.com", "2020-10-16", { credential: {} });
  const Results = lines.map(([Time, SCF_Message, SCF_Type = "Platform"]) => ({
    ...{ Time, LogJson: JSON.stringify({ SCF_Message, SCF_Type }) },
  }));
  jest.spyOn(cls, "request").mockResolvedValue(Object({ Results, ListOver: true }));
  const name = { namespace: "vod_demo", name: "callback" };
  const remote = { description: { ClsTopicId: "topic" }, variables: {} };
  return countUnended({ cls }, { name, remote: Object(remote) }, 0, TO, new FakeClock());
}

test("counts the requests that began and have no end, and not those that may be running", async () => {
  expect(
    await count(
      [1, "START RequestId:a"],
      [2, "START RequestId: b"],
      [3, "END RequestId:a"],
      [4, "START RequestId:c"],
      [5, "Report RequestId:c Duration:1ms"],
      [TO - 1000, "START RequestId:d"],
    ),
  ).toBe(1);
});

test("a line of the function's own is no beginning and no end", async () => {
  expect(
    await count(
      [1, "START RequestId:a", "Custom"],
      [2, "START RequestId:b"],
      [3, "END RequestId:b", "Custom"],
    ),
  ).toBe(1);
});
