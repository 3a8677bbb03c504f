import { rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { Checkout } from "../helpers/checkout";
import { DeployScenario, runCommand } from "../helpers/deploy-scenario";
import { DELETION_NOTIFICATION } from "../helpers/notifications";

// What people run into: each input with the exit code and the words that help.
const checkout = new Checkout();
let stage: DeployScenario;
let address: string;
beforeAll(async () => {
  stage = await DeployScenario.open(checkout, { pullHoldMs: 0 });
  const { lines } = await stage.deploy();
  address = /^Service address: (\S+)$/.exec(lines.at(-1) ?? "")?.[1] ?? "";
});
afterAll(async () => {
  await stage.cloud.close();
  checkout.remove();
});

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  runCommand(checkout, args, { ...stage.env, ...env });

test.each<[args: string, env: Record<string, string>, code: number, words: string]>([
  ["info", {}, 0, "Service address: http"],
  ["info", { NAMESPACE: "empty" }, 0, "Nothing is deployed with FUNCTION=callback in the namespace empty"],
  ["logs", { NAMESPACE: "empty" }, 1, "Deploy first: bash installer.sh"],
  ["info", { SECRET_ID: "", SECRET_KEY: "" }, 1, "SECRET_ID is not set. Set it to your key from https://"],
  ["info", { SECRET_KEY: "not the right key" }, 2, "SECRET_KEY contains white space"],
  ["info", { SECRET_KEY: "notTheRightKey" }, 1, "SECRET_ID or SECRET_KEY is wrong. Copy your keys"],
  ["info", { SECRET_TOKEN: "notTheRightToken" }, 1, "Get new temporary keys, and set all three"],
  ["info", { CLOUD_ENDPOINT_URL: "http://127.0.0.1:1" }, 1, "Start one with ./vod-receiver local-cloud"],
  ["info", { CLOUD_ENDPOINT_URL: "http://example.com" }, 2, "must be http:// with a loopback host"],
  ["info", { https_proxy: "socks5://127.0.0.1:1080" }, 2, "https_proxy must be the address of an HTTP proxy"],
  ["info", { API_DOMAIN: "example.com" }, 2, "API_DOMAIN must be tencentcloudapi.com or a name below it"],
  ["info", { SITE: "france" }, 2, 'SITE must be "china" or "intl" (got "france")'],
  ["info", { REGION: "guangzhou" }, 2, "REGION must be a region such as ap-guangzhou"],
  ["info", { MODE: "push" }, 2, 'MODE must be "normal" or "reliable" (got "push")'],
  ["deploy", { RUNTIME: "node20" }, 2, "RUNTIME must be a runtime of SCF such as Nodejs20.19"],
  ["deploy", { CONCURRENCY: "none" }, 2, "CONCURRENCY must be a whole number from 1 to 9999"],
  ["deploy", { VPC_ID: "vpc-1" }, 2, "VPC_ID and SUBNET_ID belong together"],
  ["deploy", { DEFINITIONS: "all" }, 2, 'such as "100010,100020"'],
  [
    "deploy",
    { RECORD_CA: "/nowhere" },
    0,
    "Next, let VOD send its events there: ./vod-receiver event-config",
  ],
  ["event-config", {}, 0, "Nothing was changed. To apply this: ./vod-receiver event-config --yes"],
  ["event-config --mode both", {}, 2, '--mode must be "push" or "pull" (got "both")'],
  ["event-config --sign-key", {}, 1, "First run: MODE=normal ./vod-receiver event-config --yes"],
  ["pull", {}, 1, "Run ./vod-receiver event-config --mode pull --yes, then run this again."],
  ["logs --since 3", {}, 2, "Write it as 30s, 10m, 3h or 2d"],
  ["logs --since 10000d", {}, 2, "Write at most 9999d"],
  ["reconcile --since 99999999999999d", {}, 2, "Write at most 9999d"],
  ["database backfill --since 99999999999999d", {}, 2, "Write at most 9999d"],
  ["status none", {}, 2, "A FileId has digits only"],
  ["status 5285890784273533167", {}, 1, "Check the FileId and SUBAPPID"],
  ["upload /nowhere.mp4", {}, 1, "/nowhere.mp4 is not a file. Pass the path of a video."],
  ["trigger NewFileUplod", {}, 2, "The nearest: NewFileUpload"],
  ["trigger NewFileUpload --to example.com", {}, 2, "--to must be an address that begins with http://"],
  ["database print", {}, 2, "RECORD_URL is not set, and no function has one. Set it:"],
  ["remove", {}, 1, "To remove without a prompt, pass --yes."],
  ["remove --only callback", {}, 2, '--only takes "reliable" (got "callback")'],
  ["replay /nowhere.log", {}, 1, "/nowhere.log"],
  ["deplyo", {}, 2, "unknown command 'deplyo'"],
])("./vod-receiver %s with %j ends with %i", async (args, env, code, words) => {
  const outcome = await run(args.split(" "), env);
  expect(outcome).toEqual({ code, output: expect.stringContaining(words) });
  expect(outcome.output).not.toMatch(/\n {4}at /);
});

const event = JSON.stringify(DELETION_NOTIFICATION);
const pretty = JSON.stringify(DELETION_NOTIFICATION, null, 2);
test.each<[what: string, content: string | Buffer, code: number, words: string]>([
  ["a notification", event, 0, "Replayed: 1 done, 0 failed."],
  ["a mark at its beginning", `\ufeff${event}\r\n`, 0, "Replayed: 1 done, 0 failed."],
  ["pretty-printed JSON", pretty, 0, "Replayed: 1 done, 0 failed."],
  ["a JSON array", `[${event},${event}]`, 0, "Replayed: 2 done, 0 failed."],
  ["gzip", gzipSync(`${event}\n`), 0, "Replayed: 1 done, 0 failed."],
  ["something else", "a shopping list\n", 1, "It can be a log with records"],
  ["nothing", "", 0, "Found 0 recorded events."],
])("replay of a file with %s", async (_what, content, code, words) => {
  writeFileSync(checkout.path("saved"), content);
  expect(await run(["replay", checkout.path("saved"), "--yes"])).toEqual({
    code,
    output: expect.stringContaining(words),
  });
});

test.each<[file: string, content: string, code: number, words: string]>([
  ["config.local.json", '\ufeff{"definitions":[100010,100020]}', 0, "Service address: http"],
  ["config.local.json", "{definitions}", 1, "config.local.json can't be read: the file is not valid JSON"],
  [
    "config.local.json",
    '{"definition":[1]}',
    1,
    'config.local.json: unknown key "definition". The keys are:',
  ],
  ["config.local.json", '{"path_token":"a/b"}', 1, "path_token must contain only letters"],
])("deploy with %s of %j ends with %i", async (file, content, code, words) => {
  writeFileSync(checkout.path(file), content);
  const outcome = await run(["deploy"]);
  rmSync(checkout.path(file));
  expect(outcome).toEqual({ code, output: expect.stringContaining(words) });
});

test("an address with a slash at its end is the same address, for VOD and for doctor", async () => {
  await stage.call("vod", "ModifyEventConfig", {
    NotificationUrl: `${address}/`,
    UploadMediaCompleteEventSwitch: "ON",
  });
  const { status } = await fetch(`${address}/`, { method: "POST", body: event });
  expect(status).toBe(200);
  expect(await run(["doctor"])).toEqual({ code: 0, output: "No problems found.\n" });
});
