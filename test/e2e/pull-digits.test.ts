import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Checkout } from "../helpers/checkout";
import { runCommand } from "../helpers/deploy-scenario";

const FILE_ID = "5285890784273533167";
/** As VOD's documentation shows events: with the FileId as a bare number, which no JavaScript number can hold. */
const PAGE = `{"EventSet":[{"EventHandle":"h1","EventType":"NewFileUpload","FileUploadEvent":{"FileId":${FILE_ID}}}]}`;

test("pull keeps every digit of a FileId that VOD prints as a bare number", async () => {
  const pages = [PAGE];
  const calls: [action: unknown, params: unknown][] = [];
  const server = createServer(async (request, response) => {
    const action = String(request.headers["x-tc-action"]);
    calls.push([action, JSON.parse(await text(request))]);
    const answers = new Map([
      ["DescribeEventConfig", '{"Mode":"PULL"}'],
      ["PullEvents", (action === "PullEvents" && pages.shift()) || '{"EventSet":null}'],
      ["ProcessMedia", '{"TaskId":"task"}'],
    ]);
    response.end(`{"Response":${answers.get(action) ?? "{}"}}`);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const checkout = new Checkout();
  const { code, output } = await runCommand(checkout, ["pull", "--once"], {
    ...{ SECRET_ID: "AKIDtest", SECRET_KEY: "key", DEFINITIONS: "100010" },
    CLOUD_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  });
  checkout.remove();
  server.close().closeAllConnections();
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining("1 event: 1 done, 0 parked") });
  expect(output).toContain(`FileId: ${FILE_ID}`);
  expect(calls).toContainEqual(["ProcessMedia", expect.objectContaining({ FileId: FILE_ID })]);
  expect(calls).toContainEqual(["ConfirmEvents", { EventHandles: ["h1"] }]);
});
