import { ConfigError, type Environment } from "../../../lib/config";
import { parseConfig } from "../../../lib/config/keys";
import { clientConfig, findCredentials } from "../../../lib/tencent-cloud/client-config";
import { describeFailure, isTransient } from "../../../lib/tencent-cloud/errors";
import { FIVE_FIELDS } from "../../helpers/callback";

const withPair = parseConfig(FIVE_FIELDS);
const withoutPair = parseConfig({ ...FIVE_FIELDS, secret_id: "", secret_key: "" });
const own = { SECRET_ID: "AKIDenv", SECRET_KEY: "env-key" };
const role = {
  TENCENTCLOUD_SECRETID: "AKIDrole",
  TENCENTCLOUD_SECRETKEY: "role-key",
  TENCENTCLOUD_SESSIONTOKEN: "role-token",
};

describe("credentials", () => {
  test("of config.json come first", () => {
    expect(findCredentials(withPair, { ...own, ...role })).toEqual({
      secretId: "AKIDconfig",
      secretKey: "config-key",
    });
  });

  test("of the environment come second", () => {
    expect(findCredentials(withoutPair, { ...own, ...role })).toEqual({
      secretId: "AKIDenv",
      secretKey: "env-key",
    });
  });

  test("of the execution role come third, with their token", () => {
    const expected = { secretId: "AKIDrole", secretKey: "role-key", token: "role-token" };
    expect(findCredentials(withoutPair, role)).toEqual(expected);
    expect(findCredentials(withoutPair, { ...role, SECRET_ID: "AKIDenv" })).toEqual(expected);
    expect(findCredentials(withoutPair, { ...role, SECRET_ID: "", SECRET_KEY: "env-key" })).toEqual(expected);
  });

  test.each<Environment>([
    {},
    { SECRET_ID: "AKIDenv" },
    { SECRET_KEY: "env-key" },
    { ...role, TENCENTCLOUD_SESSIONTOKEN: undefined },
  ])("that are missing or not complete are an error that names no value: %j", (env) => {
    expect(() => findCredentials(withoutPair, env)).toThrow(ConfigError);
    expect(() => findCredentials(withoutPair, env)).not.toThrow(/AKIDenv|env-key|AKIDrole|role-key/);
  });
});

test.each(["SECRET_ID", "SECRET_KEY", ...Object.keys(role)])(
  "a %s with white space or a control character is refused by its name",
  (name) => {
    const env: Environment = name in role ? role : own;
    for (const wrong of ["marked\r", " marked", "mar\tked", "mar\u0000ked", "marked\u200b", "märked"]) {
      const find = () => findCredentials(withoutPair, { ...env, [name]: wrong });
      expect(find).toThrow(ConfigError);
      expect(find).toThrow(name);
      expect(find).not.toThrow(/m.?[aä]r.?ked/);
    }
  },
);

describe("CLOUD_ENDPOINT_URL", () => {
  test.each([
    "http://127.0.0.1:8080",
    "http://127.0.0.1",
    "http://127.9.8.7:1/",
    "http://localhost:8080",
    "http://[::1]:8080",
  ])("%s is accepted", (url) => {
    expect(clientConfig(withPair, { CLOUD_ENDPOINT_URL: url }).profile?.httpProfile?.protocol).toBe(
      "http://",
    );
  });

  test.each([
    "https://127.0.0.1:8080",
    "http://example.com",
    "http://192.0.2.1:8080",
    "http://0.0.0.0:8080",
    "http://127.0.0.1.example.com:8080",
    "http://localhost.example.com",
    "http://127.0.0.1:8080@example.com/",
    "http://[::2]:80",
    "127.0.0.1:8080",
    "localhost:8080",
    "nonsense",
  ])("%s is refused: only loopback is right", (url) => {
    expect(() => clientConfig(withPair, { CLOUD_ENDPOINT_URL: url })).toThrow(ConfigError);
    expect(() => clientConfig(withPair, { CLOUD_ENDPOINT_URL: url })).toThrow("CLOUD_ENDPOINT_URL");
  });

  test("never becomes the SDK's endpoint, from which the signature's service comes", () => {
    const config = clientConfig(withPair, { CLOUD_ENDPOINT_URL: "http://127.0.0.1:8080" });
    expect(config.profile?.httpProfile?.endpoint).toBe("vod.tencentcloudapi.com");
  });

  test.each([undefined, ""])("%j leaves the requests to go to Tencent Cloud by HTTPS", (url) => {
    const { region, profile } = clientConfig(withPair, { CLOUD_ENDPOINT_URL: url });
    expect(region).toBe("ap-guangzhou");
    expect(profile?.httpProfile?.protocol ?? "https://").toBe("https://");
    expect(profile?.httpProfile?.endpoint).toBe("vod.tencentcloudapi.com");
  });
});

describe("failures", () => {
  test("have the API's code and request id where an answer came", () => {
    const error = Object.assign(new Error("The file is not there"), {
      code: "InvalidParameterValue.FileId",
      requestId: "id-1",
    });
    expect(describeFailure(error)).toEqual({
      code: "InvalidParameterValue.FileId",
      message: "The file is not there",
      requestId: "id-1",
    });
  });

  test("have no code where none came", () => {
    expect(describeFailure(Object.assign(new Error("cut"), { requestId: "" }))).toEqual({ message: "cut" });
    expect(describeFailure(Object.assign(new Error("Bad"), { httpCode: 502 }))).toEqual({
      message: "HTTP 502 Bad",
    });
    expect(describeFailure("thrown text")).toEqual({ message: "thrown text" });
    expect(describeFailure(undefined)).toEqual({ message: "undefined" });
  });

  test.each(["ECONNRESET", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN", "ERR_STREAM_PREMATURE_CLOSE"])(
    "with the code %s are of the network, not of the API, and pass",
    (code) => {
      expect(isTransient(describeFailure(Object.assign(new Error("socket"), { code })))).toBe(true);
    },
  );

  test.each([
    undefined,
    "InternalError",
    "InternalError.DBError",
    "RequestLimitExceeded",
    "RequestLimitExceeded.UinLimitExceeded",
  ])("with the code %s pass", (code) => {
    expect(isTransient(code === undefined ? { message: "" } : { code, message: "" })).toBe(true);
  });

  test.each([
    "InternalErrors",
    "InvalidParameter",
    "InvalidParameterValue.FileId",
    "InvalidParameterValue.SessionId",
    "UnauthorizedOperation",
    "AuthFailure.SignatureFailure",
    "FailedOperation",
    "FailedOperation.InvalidVodUser",
    "ResourceNotFound",
  ])("with the code %s don't", (code) => {
    expect(isTransient({ code, message: "no" })).toBe(false);
  });

  test.each(["操作失败，请重试。", "Please retry later", "Failed, try again"])(
    "FailedOperation with advice to retry passes: %s",
    (message) => {
      expect(isTransient({ code: "FailedOperation", message })).toBe(true);
      expect(isTransient({ code: "FailedOperation.InvalidVodUser", message: "no such user" })).toBe(false);
      expect(isTransient({ code: "InvalidParameterValue", message })).toBe(false);
    },
  );
});
