import { Client } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_client";
import { listNames } from "../../../scripts/cloud/our-functions";
import { readFunction } from "../../../scripts/cloud/remote-function";

const scf = new Client({ credential: {} });
const answer = (value: unknown) => jest.spyOn(scf, "request").mockResolvedValue(Object(value));
const name = { namespace: "vod_demo", name: "callback" };

test.each([{}, { FunctionName: 5 }, { FunctionName: "callback", Environment: { Variables: "A=1" } }])(
  "an answer of another form is no missing function: %j",
  async (value) => {
    answer(value);
    await expect(readFunction({ scf }, name)).rejects.toThrow(
      "SCF's answer about vod_demo/callback can't be read",
    );
  },
);

test("a function without variables is read", async () => {
  answer({ FunctionName: "callback", Environment: null });
  expect(await readFunction({ scf }, name)).toMatchObject({ variables: {} });
});

test.each([{}, { Functions: "callback" }])(
  "a list of another form is no empty namespace: %j",
  async (value) => {
    answer(value);
    await expect(listNames({ scf }, "vod_demo")).rejects.toThrow(
      "SCF's list of the functions in vod_demo can't be read",
    );
  },
);
