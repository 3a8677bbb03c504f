import { parseConfig } from "../../../lib/config";
import { createRedaction, redact, secretsOf } from "../../../lib/log/redact";
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

test("what is unset, empty or too short to be a secret changes nothing", () => {
  const secrets = secretsOf(undefined, { SIGN_KEY: "", SIGN_KEY_NEXT: "a", PATH_TOKEN: "1234567" });
  expect(redact("a banana, 1234567", secrets)).toBe("a banana, 1234567");
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
