import { type Answer, fail, startApi, succeed } from "../../helpers/api-server";
import { openCallback } from "../../helpers/callback";
import { NOW } from "../../helpers/clock";
import { functionUrlEvent } from "../../helpers/gateway-events";
import { procedureNotification, signature, uploadNotification } from "../../helpers/notifications";
import { replayed } from "../../helpers/recorded-log";
import { succeededItem, TASK_EXAMPLES } from "../../helpers/task-results";

const NO_PAIR = { secret_id: "", secret_key: "" };
const OWN = { SECRET_ID: "AKIDenv", SECRET_KEY: "env-key" };
const ROLE = {
  TENCENTCLOUD_SECRETID: "AKIDrole",
  TENCENTCLOUD_SECRETKEY: "role-key",
  TENCENTCLOUD_SESSIONTOKEN: "role-token",
};
const upload = functionUrlEvent(uploadNotification());

describe("API calls are signed with", () => {
  async function signerOf(config: object, env: Record<string, string>) {
    const api = await startApi(succeed);
    const { handle } = openCallback({ config: { ...config }, env: { ...env, CLOUD_ENDPOINT_URL: api.url } });
    expect((await handle(upload)).statusCode).toBe(200);
    const headers = api.calls[0]?.headers ?? {};
    return { id: /Credential=([^/]*)/.exec(headers.authorization ?? "")?.[1], token: headers["x-tc-token"] };
  }

  test("the pair of config.json where it has one", async () => {
    expect(await signerOf({}, { ...OWN, ...ROLE })).toEqual({ id: "AKIDconfig", token: undefined });
  });

  test("else SECRET_ID and SECRET_KEY of the environment", async () => {
    expect(await signerOf(NO_PAIR, { ...OWN, ...ROLE })).toEqual({ id: "AKIDenv", token: undefined });
  });

  test("else the execution role's, with its token", async () => {
    expect(await signerOf(NO_PAIR, ROLE)).toEqual({ id: "AKIDrole", token: "role-token" });
  });

  test("the role's as they are at each invocation", async () => {
    const api = await startApi(succeed);
    const env: Record<string, string> = { ...ROLE, CLOUD_ENDPOINT_URL: api.url };
    const { handle } = openCallback({ config: NO_PAIR, env });
    await handle(upload);
    env["TENCENTCLOUD_SESSIONTOKEN"] = "role-token-2";
    await handle(upload);
    expect(api.calls.map(({ headers }) => headers["x-tc-token"])).toEqual(["role-token", "role-token-2"]);
  });
});

test.each<Record<string, string>>([
  {},
  { ...OWN, CLOUD_ENDPOINT_URL: "http://192.0.2.1:8080" },
  { ...OWN, CLOUD_ENDPOINT_URL: "https://127.0.0.1:1" },
])(
  "without credentials or with an endpoint that is not on loopback an upload is a generic 500",
  async (env) => {
    const { handle, lines } = openCallback({ config: NO_PAIR, env });
    const response = await handle(upload);
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toMatch(/credential|SECRET|ENDPOINT/i);
    expect(lines.join("\n")).toMatch(/credentials|CLOUD_ENDPOINT_URL/);
  },
);

test("no secret is in a log line or an answer, whatever happens", async () => {
  const secrets = {
    id: "AKIDmarked1",
    key: "markedkey2",
    token: "markedtoken3",
    sign: "markedsign4",
    next: "markedsign5",
    path: "markedpath6",
  };
  const { id, key, token, sign, next, path } = secrets;
  const T = NOW / 1000 + 600;
  const answers: Answer[] = [
    succeed,
    fail("InternalError"),
    fail("AuthFailure.SignatureFailure", "The provided credentials could not be validated."),
    fail("InvalidParameterValue.SessionId"),
    (response) => response.destroy(),
    (response) => response.writeHead(403, "Forbidden").end(),
  ];
  const env = { PATH_TOKEN: path, SIGN_KEY: sign, SIGN_KEY_NEXT: next };
  const settings = [
    { config: { secret_id: id, secret_key: key }, env },
    {
      config: { ...NO_PAIR, path_token: path, sign_keys: [sign, next] },
      env: { SECRET_ID: id, SECRET_KEY: key },
    },
    {
      config: NO_PAIR,
      env: {
        ...env,
        TENCENTCLOUD_SECRETID: id,
        TENCENTCLOUD_SECRETKEY: key,
        TENCENTCLOUD_SESSIONTOKEN: token,
      },
    },
    { config: { secret_id: id, secret_key: key, region: 5 }, env },
    { config: { ...NO_PAIR, secret_key: key }, env },
    { config: { sign_keys: [`${sign}-`] }, env: {} },
    { config: {}, env: { ...env, PATH_TOKEN: `${path}/` } },
  ];
  const signed = { ...uploadNotification(), ...signature(sign, T) };
  const events = [
    functionUrlEvent(signed, { path: `/${path}` }),
    functionUrlEvent({ ...signed, Sign: sign }, { path: `/${path}` }),
    functionUrlEvent(
      { ...signed, Sign: undefined, T: undefined },
      { path: `/${path}`, queryString: { key } },
    ),
    functionUrlEvent(signed, { path: `/${path}/x` }),
    functionUrlEvent(signed, { path: `/${path}`, httpMethod: "GET" }),
    functionUrlEvent("{", { path: `/${path}` }),
    functionUrlEvent({ ...signature(next, T) }, { path: `/${path}` }),
    functionUrlEvent(
      { EventType: "InstallerSelfTest", Nonce: 1, ...signature(next, T) },
      { path: `/${path}` },
    ),
    functionUrlEvent(
      { ...procedureNotification(TASK_EXAMPLES.map(succeededItem)), ...signature(next, T) },
      { path: `/${path}` },
    ),
  ];
  const seen: string[] = [];
  const statuses = new Set<number>();
  for (const { config, env: variables } of settings) {
    for (const answer of answers) {
      const api = await startApi(answer);
      const { handle, lines } = openCallback({ config, env: { ...variables, CLOUD_ENDPOINT_URL: api.url } });
      for (const event of events) {
        const response = await handle(event);
        statuses.add(response.statusCode);
        seen.push(JSON.stringify(response));
      }
      seen.push(...lines);
    }
  }
  expect([...statuses].sort()).toEqual([200, 400, 403, 404, 405, 500]);
  const signs = [signature(sign, T).Sign, signature(next, T).Sign];
  for (const secret of [...Object.values(secrets), ...signs])
    expect(seen.filter((text) => text.includes(secret))).toEqual([]);
});

/** What an unreadable body says is not ours. */
const isOurs = (line: string) => !line.startsWith("Unreadable notification: ");

/** Words that lines of the log, their JSON and answers are made of. */
const OWN_WORDS = [
  ...[
    "Transcode",
    "succeeded",
    "FileId",
    "Definition",
    "Url",
    "Type",
    "NewFileUpload",
    "Self",
    "test",
    "Not",
    "found",
  ],
  ...[
    "requestId",
    "eventType",
    "outcome",
    "done",
    "park",
    "error",
    "status",
    "reason",
    "TaskId",
    "RequestId",
    "Error",
  ],
  ...[
    "replay",
    "data",
    "part",
    "of",
    "id",
    "Nonce",
    "CodeDigest",
    "Sign",
    "wrong",
    "body",
    "Message",
    "Code",
  ],
];

test.each(OWN_WORDS)(
  "a key or token that equals the word %s leaves the log and the answers as they are",
  async (word) => {
    const events = [
      uploadNotification(),
      procedureNotification(TASK_EXAMPLES.map(succeededItem)),
      { EventType: "InstallerSelfTest", Nonce: 5 },
      {},
    ];
    async function run(secret: string): Promise<unknown[]> {
      const all: unknown[] = [];
      for (const answer of [succeed, fail("InvalidParameterValue", "There is a mistake.")]) {
        const api = await startApi(answer);
        const env = {
          PATH_TOKEN: secret,
          SIGN_KEY: secret,
          CLOUD_ENDPOINT_URL: api.url,
          CODE_DIGEST: "0123",
        };
        const { handle, lines } = openCallback({ env });
        const T = NOW / 1000 + 600;
        for (const event of events) {
          all.push(
            await handle(functionUrlEvent({ ...event, ...signature(secret, T) }, { path: `/${secret}` })),
          );
          all.push(await handle(functionUrlEvent({ ...event, Sign: "0", T }, { path: `/${secret}` })));
        }
        all.push(
          await handle(functionUrlEvent({}, { path: "/x" })),
          ...lines.filter(isOurs),
          replayed(lines),
        );
      }
      return all;
    }
    expect(await run(word)).toEqual(await run("aStrongKeyOfTwentyEightChars"));
  },
);
