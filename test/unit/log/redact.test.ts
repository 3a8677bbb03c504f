import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseConfig } from "../../../lib/config/keys";
import {
  createRedaction,
  environmentWithoutSecrets,
  redact,
  redactor,
  redactValue,
  SECRET_VARIABLES,
  secretsOf,
} from "../../../lib/log/redact";
import { ROOT } from "../../../scripts/project";
import { FIVE_FIELDS } from "../../helpers/callback";

const config = parseConfig({
  ...FIVE_FIELDS,
  secret_id: "AKIDmarkedInConfig",
  secret_key: "markedKeyInConfig",
  path_token: "markedTokenInConfig",
  sign_keys: ["markedSignInConfig", "markedNextInConfig"],
});
const env = {
  SECRET_ID: "AKIDmarkedVariable",
  SECRET_KEY: "markedKeyVariable",
  PATH_TOKEN: "markedTokenVariable",
  SIGN_KEY: "markedSignVariable",
  SIGN_KEY_NEXT: "markedNextVariable",
  TENCENTCLOUD_SECRETID: "AKIDmarkedRole",
  TENCENTCLOUD_SECRETKEY: "markedKeyRole",
  TENCENTCLOUD_SESSIONTOKEN: "marked/Token+Role==",
};

test("every secret of the configuration, the environment and the role is taken out, wherever it stands", () => {
  const secrets = secretsOf(config, env);
  expect(secrets).toHaveLength(13);
  const text = secrets.map((secret) => `${secret} "${secret}"${secret}`).join(", ");
  expect(redact(text, secrets)).not.toMatch(/marked/);
  expect(redact(JSON.stringify({ text }), secrets)).not.toMatch(/marked/);
});

test("before the configuration is read, those of the environment are", () => {
  expect(redact("markedKeyRole", secretsOf(undefined, env))).toBe("***");
});

test("nothing is left of a secret that begins like another", () => {
  const secrets = secretsOf(undefined, { SIGN_KEY: "markedKey", SIGN_KEY_NEXT: "markedKeyAndMore" });
  expect(redact("markedKeyAndMore, markedKey", secrets)).toBe("***, ***");
});

test("what is unset or empty changes nothing", () => {
  expect(redact("a banana", secretsOf(undefined, { SIGN_KEY: "", SIGN_KEY_NEXT: undefined }))).toBe(
    "a banana",
  );
});

test("a secret under 4 characters is taken out only where it stands alone", () => {
  const secrets = secretsOf(undefined, { SIGN_KEY: "a", SIGN_KEY_NEXT: "mp4", PATH_TOKEN: "~.~" });
  expect(redact("a banana, mp4: x.mp4 amp4 mp4z aé éa /~.~/a", secrets)).toBe(
    "*** banana, ***: x.*** amp4 mp4z aé éa /***/***",
  );
  expect(redact("bananas, 1abcd2", secretsOf(undefined, { SIGN_KEY: "abcd" }))).toBe("bananas, 1***2");
});

const PASSWORD = 'p/w+"ö\\ 1=';
/** The ways in which others write a text down. */
const ENCODINGS: readonly (readonly [string, (text: string) => string])[] = [
  ["percent-encoded", encodeURIComponent],
  [
    "percent-encoded in small letters",
    (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  ],
  ["percent-encoded twice", (text) => encodeURIComponent(encodeURIComponent(text))],
  ["a JSON string", (text) => JSON.stringify(text).slice(1, -1)],
  ["JSON within JSON", (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3)],
  ["base64", (text) => Buffer.from(text).toString("base64")],
  ["base64 behind one byte", (text) => Buffer.from(`:${text}`).toString("base64")],
  ["base64 between others", (text) => Buffer.from(`id:${text}:more`).toString("base64url")],
];

test.each(ENCODINGS)("a secret is taken out as %s", (_name, encode) => {
  for (const secret of [env.SECRET_KEY, env.TENCENTCLOUD_SESSIONTOKEN, PASSWORD]) {
    const clean = redact(`<${encode(secret)}>`, secretsOf(undefined, { SECRET_KEY: secret }));
    expect(clean).toMatch(/^<[\w+/]{0,4}\*\*\*=*>$/);
  }
});

test("of a URL with a password the URL and the password go, as it stands there and decoded", () => {
  const password = encodeURIComponent(PASSWORD);
  const url = `mysql://user:${password}@10.0.0.5:3306/vod`;
  const secrets = secretsOf(undefined, { RECORD_URL: url });
  expect(redact(`${url} ${password} ${PASSWORD} user`, secrets)).toBe("*** *** *** user");
  expect(redact("p@x", secretsOf(undefined, { RECORD_URL: "postgres://u:p@h/d" }))).toBe("***@x");
  expect(redact("100%!", secretsOf(undefined, { RECORD_URL: "postgres://u:100%!@h/d" }))).toBe("***");
});

test("of several signing secrets each goes, with or without its prefix", () => {
  const secrets = secretsOf(undefined, { PUBLISH_SECRET: "whsec_bWFya2Vk/1= whsec_bWFya2Vk/2=" });
  expect(redact("bWFya2Vk/1=, whsec_bWFya2Vk/2=", secrets)).toBe("***, ***");
});

test("a signature that an error quotes goes too", () => {
  const header = "TC3-HMAC-SHA256 Credential=AKIDmarkedVariable/2026-01-01, Signature=0123456789abcdef";
  expect(redact(header, secretsOf(undefined, env))).toBe("TC3-HMAC-SHA256 Credential=***/2026-01-01, ***");
});

test("of a JSON value the strings are searched, not the names", () => {
  const clean = redactor(secretsOf(undefined, { SIGN_KEY: "Url", PATH_TOKEN: "1234" }));
  const value = { Url: "a Url", list: ["Url", 1234, null, { Url: true }] };
  expect(redactValue(value, clean)).toEqual({ Url: "a ***", list: ["***", 1234, null, { Url: true }] });
});

test("the script that starts the command line takes every secret out of its environment", () => {
  const [, list = ""] =
    /^const SECRETS = \[(.*?)^\];/ms.exec(readFileSync(join(ROOT, "scripts", "start.cjs"), "utf8")) ?? [];
  expect(list.match(/[A-Z_]{4,}/g)?.sort()).toEqual([...SECRET_VARIABLES].sort());
});

test("helper programs get an environment without secrets", () => {
  const all = { ...env, SECRET_TOKEN: "t", RECORD_URL: "u", PUBLISH_SECRET: "p", PATH: "/bin", REGION: "r" };
  expect(environmentWithoutSecrets(all)).toEqual({ PATH: "/bin", REGION: "r" });
});

test("the role's credentials are those of the invocation", () => {
  const role = (name: string) => ({
    TENCENTCLOUD_SECRETKEY: `markedKey${name}`,
    TENCENTCLOUD_SESSIONTOKEN: `markedToken${name}`,
  });
  const changing: Record<string, string> = { ...role("Before") };
  const open = createRedaction(changing, () => config);
  expect(open()("markedKeyBefore, markedTokenInConfig")).toBe("***, ***");
  Object.assign(changing, role("After"));
  expect(open()("markedKeyAfter, markedTokenAfter")).toBe("***, ***");
});
