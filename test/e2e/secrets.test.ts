import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findNodeRuntime } from "../../local-cloud/scf/runtime/node-runtime";
import { DIST } from "../../scripts/project";
import {
  type Answer,
  cutConnection,
  fail,
  failWithStatus500,
  sendNoJson,
  startApi,
  succeed,
} from "../helpers/api-server";
import { functionUrlEvent } from "../helpers/gateway-events";
import { procedureNotification, signature, uploadNotification } from "../helpers/notifications";
import { succeededItem, TASK_EXAMPLES } from "../helpers/task-results";

const KEYS = { id: "AKIDmarkedSecretId", key: "markedSecretKey", token: "marked/Session+Token==" };
const ENTRY = { path: "markedPathToken", sign: "markedSignKey1", next: "markedSignKey2" };
const SECRETS = [...Object.values(KEYS), ...Object.values(ENTRY)];
/** The ways in which an API or HTTP may write down what it was sent. */
const formsOf = (secret: string) => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(`"${secret}`).slice(3, -1),
  Buffer.from(secret).toString("base64").replace(/=+$/, ""),
];
/** What the earliest versions took. */
const SHORT = { path: "x7", sign: "k9" };
const IN_CONFIG = {
  secret_id: KEYS.id,
  secret_key: KEYS.key,
  path_token: ENTRY.path,
  sign_keys: [ENTRY.sign, ENTRY.next],
};
const DOOR_VARIABLES = { PATH_TOKEN: ENTRY.path, SIGN_KEY: ENTRY.sign, SIGN_KEY_NEXT: ENTRY.next };
const ROLE = {
  TENCENTCLOUD_SECRETID: KEYS.id,
  TENCENTCLOUD_SECRETKEY: KEYS.key,
  TENCENTCLOUD_SESSIONTOKEN: KEYS.token,
};
const BARE = { region: "ap-guangzhou", definitions: [100010] };

/** Where secrets can be, rightly and wrongly written. */
const SETTINGS: readonly [string, { config: object | string; env: Record<string, string> }][] = [
  ["config.json", { config: { ...BARE, ...IN_CONFIG }, env: {} }],
  ["variables", { config: BARE, env: { SECRET_ID: KEYS.id, SECRET_KEY: KEYS.key, ...DOOR_VARIABLES } }],
  [
    "variables with short values",
    { config: BARE, env: { ...ROLE, ...DOOR_VARIABLES, PATH_TOKEN: SHORT.path, SIGN_KEY: SHORT.sign } },
  ],
  ["the role", { config: BARE, env: { ...ROLE, ...DOOR_VARIABLES } }],
  ["a config.json with a mistake", { config: { ...BARE, ...IN_CONFIG, region: 5 }, env: {} }],
  ["a config.json that is no JSON", { config: JSON.stringify(IN_CONFIG).slice(0, -1), env: {} }],
  [
    "variables with a mistake",
    { config: BARE, env: { ...ROLE, ...DOOR_VARIABLES, SIGN_KEY: `${ENTRY.sign}!` } },
  ],
];

/** Everything that an API may answer. @param quoted what it may know of the function's secrets */
const answersWith = (quoted: string): readonly Answer[] => [
  succeed,
  fail("InternalError", quoted),
  fail("AuthFailure.SecretIdNotFound", quoted),
  fail("InvalidParameterValue.SessionId", quoted),
  failWithStatus500,
  sendNoJson,
  cutConnection,
];

/** One process takes all events of a entry point with one setting, so that many paths are not many processes. */
const PROGRAM = `
const { main_handler } = require("./index.js");
const { events, context } = JSON.parse(require("fs").readFileSync("events.json", "utf8"));
(async () => {
  for (const event of events) {
    await main_handler(event, context).then((answer) => console.log(JSON.stringify(answer)), console.error);
  }
  process.exit();
})();`;

const folder = mkdtempSync(join(tmpdir(), "secrets-"));
afterAll(() => rmSync(folder, { recursive: true }));

function eventsFor(entryPoint: string, entry: { path: string; sign: string; next: string }): unknown[] {
  const T = Math.floor(Date.now() / 1000) + 300;
  const upload = uploadNotification();
  const flow = procedureNotification(TASK_EXAMPLES.map(succeededItem));
  const test = { EventType: "InstallerSelfTest", Nonce: 5 };
  if (entryPoint !== "callback") return [upload, flow, test, {}, { EventType: "SomethingNew" }, null];
  const right = { path: `/${entry.path}` };
  return [
    ...[upload, flow, test, { EventType: "SomethingNew" }, {}].map((body) =>
      functionUrlEvent({ ...body, ...signature(entry.sign, T) }, right),
    ),
    functionUrlEvent({ ...upload, ...signature(entry.next, T) }, right),
    functionUrlEvent({ ...upload, ...signature("wrong", T) }, right),
    functionUrlEvent({ ...upload, Sign: entry.sign, T }, right),
    functionUrlEvent(upload, { path: `/${entry.path}/x` }),
    functionUrlEvent("{", right),
    functionUrlEvent(upload, { ...right, httpMethod: "GET" }),
    {},
  ];
}

/** The command lines of all processes, where the machine shows them. */
function commandLines(): string {
  if (!existsSync("/proc/self/cmdline")) return "";
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((id) => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, "utf8");
      } catch {
        return ""; // It has ended.
      }
    })
    .join("\n");
}

/** The secrets in a text, in any form; short ones where they stand alone. */
const seen = (text: string) => [
  ...SECRETS.filter((secret) => formsOf(secret).some((form) => text.includes(form))),
  ...Object.values(SHORT).filter((secret) =>
    new RegExp(`(?<![A-Za-z0-9])${secret}(?![A-Za-z0-9])`).test(text),
  ),
];

describe.each(["callback", "retry"])("%s shows no secret, whatever happens, with those of", (entryPoint) => {
  test.each(SETTINGS)("%s", async (_name, { config, env }) => {
    const place = mkdtempSync(join(folder, "entry-"));
    cpSync(join(DIST, entryPoint), place, { recursive: true });
    writeFileSync(join(place, "main.js"), PROGRAM);
    writeFileSync(join(place, "config.json"), typeof config === "string" ? config : JSON.stringify(config));
    const context = { request_id: "request", time_limit_in_ms: 800, namespace: "vod_demo" };
    const entry = env["PATH_TOKEN"] === SHORT.path ? { ...ENTRY, ...SHORT } : ENTRY;
    writeFileSync(
      join(place, "events.json"),
      JSON.stringify({ events: eventsFor(entryPoint, entry), context }),
    );
    const held = [...Object.values(env), ...Object.values(Object(config)).flat()];
    const known = [...SECRETS, ...Object.values(SHORT)].filter((secret) => held.includes(secret));
    const quoted = known.flatMap(formsOf).join(" ");
    for (const answer of answersWith(quoted)) {
      let running = "";
      const api = await startApi((response) => {
        running ||= commandLines();
        answer(response);
      });
      const output = await new Promise<string>((resolve) => {
        const variables = { ...env, CLOUD_ENDPOINT_URL: api.url, RETRY_FUNCTION: "retry" };
        const node = findNodeRuntime().executable;
        execFile(node, ["main.js"], { cwd: place, env: variables }, (_error, stdout, stderr) =>
          resolve(stdout + stderr),
        );
      });
      expect(output).not.toBe("");
      expect(seen(output)).toEqual([]);
      expect(seen(running)).toEqual([]);
    }
  });
});
