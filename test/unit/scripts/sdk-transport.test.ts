import { openAccount } from "../../../scripts/cloud/account";
import { readTarget } from "../../../scripts/cloud/target";
import { type Answer, startApi, succeed } from "../../helpers/api-server";
import { FakeClock } from "../../helpers/clock";

/** Asks an API that gives this answer; resolves with why the call failed. */
async function failureBy(answer: Answer): Promise<{ reason: string; lines: string[] }> {
  const { url } = await startApi(answer);
  const env = { CLOUD_ENDPOINT_URL: url, SECRET_ID: "AKIDtest", SECRET_KEY: "the-secret-key" };
  const lines: string[] = [];
  const { scf } = openAccount(readTarget(env), (line) => lines.push(line), new FakeClock());
  const Environment = { Variables: [{ Key: "SIGN_KEY", Value: "aSignKeyOfOurs" }] };
  const call = scf.UpdateFunctionConfiguration({ FunctionName: "callback", Environment });
  const reason = await call.then(
    () => "no failure",
    (error: Error) => error.message,
  );
  return { reason, lines };
}

test.each([302, 307, 308])(
  "the command line follows no redirect with status %i, which would take secrets along",
  async (status) => {
    const other = await startApi(succeed);
    const { reason, lines } = await failureBy((response) =>
      response.writeHead(status, { Location: other.url }).end(),
    );
    expect(reason).toContain(`the answer is a redirect (HTTP ${status}), which is not followed`);
    expect(other.calls).toEqual([]);
    expect(lines.join()).not.toMatch(/aSignKeyOfOurs|the-secret-key/);
  },
);

test("the command line reads no answer without end", async () => {
  const piece = Buffer.alloc(1024 * 1024, " ");
  const { reason } = await failureBy((response) => {
    const more = () => response.destroyed || response.write(piece, more);
    more();
  });
  expect(reason).toContain("larger than 10 MB");
});

test("an answer of the API arrives as before", async () => {
  expect(await failureBy(succeed)).toEqual({ reason: "no failure", lines: [] });
});

test("an identifier that the API prints as a bare number keeps every digit", async () => {
  const { url } = await startApi((response) =>
    response.end('{"Response":{"ProcedureTask":{"FileId":5285890784273533167},"RequestId":"r"}}'),
  );
  const env = { CLOUD_ENDPOINT_URL: url, SECRET_ID: "AKIDtest", SECRET_KEY: "the-secret-key" };
  const { vod } = openAccount(readTarget(env), () => {}, new FakeClock());
  const { ProcedureTask } = await vod.DescribeTaskDetail({ TaskId: "task" });
  expect(ProcedureTask?.FileId).toBe("5285890784273533167");
});
