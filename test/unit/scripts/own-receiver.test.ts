import type { Environment } from "../../../lib/config";
import { UsageError } from "../../../lib/errors";
import { type ReceiverOptions, readOwnReceiver } from "../../../scripts/event-config/own-receiver";

const URL = "http://203.0.113.7:8080/aTokenOfMyOwnServer";
const OTHER = "https://production.example.com/";
const DEPLOYED = "https://deployed.example.com/token";
const LOCAL = { CLOUD_ENDPOINT_URL: "http://127.0.0.1:9" };
const OFF = { DeleteMediaCompleteEventSwitch: "OFF", PersistenceCompleteEventSwitch: "OFF" };

const wanted = (options: ReceiverOptions, env: Environment = {}) =>
  readOwnReceiver(options, env)?.wanted([undefined, DEPLOYED], "aSignKey");

test.each<[ReceiverOptions, Environment, object | undefined]>([
  [{}, {}, undefined],
  [{ all: true }, { ADDRESS: "" }, undefined],
  [{ signKey: true }, { ADDRESS: URL }, undefined],
  [{ url: URL }, {}, { Mode: "PUSH", NotificationUrl: URL, UploadMediaCompleteEventSwitch: "ON" }],
  [{}, { ADDRESS: URL }, { Mode: "PUSH", NotificationUrl: URL, UploadMediaCompleteEventSwitch: "ON" }],
  [
    { url: URL },
    { ADDRESS: OTHER },
    { Mode: "PUSH", NotificationUrl: URL, UploadMediaCompleteEventSwitch: "ON" },
  ],
  [{ mode: "push" }, {}, { Mode: "PUSH", UploadMediaCompleteEventSwitch: "ON" }],
  [{ mode: "pull" }, { ADDRESS: URL }, { Mode: "PULL", UploadMediaCompleteEventSwitch: "ON" }],
  [{ clear: true }, {}, { Mode: "PUSH", NotificationUrl: "", UploadMediaCompleteEventSwitch: "OFF", ...OFF }],
  [
    { clear: true, url: URL },
    {},
    { Mode: "PUSH", NotificationUrl: "", UploadMediaCompleteEventSwitch: "OFF", ...OFF },
  ],
])("%j with %j asks for %j", (options, env, settings) => {
  expect(wanted(options, env)?.settings).toEqual(settings);
});

test.each<[ReceiverOptions, object, string | undefined]>([
  [{ url: URL }, { Mode: "PUSH", NotificationUrl: "" }, undefined],
  [{ url: URL }, { Mode: "PUSH", NotificationUrl: `${URL}/` }, undefined],
  [{ url: URL }, { Mode: "PUSH", NotificationUrl: DEPLOYED }, undefined],
  [{ url: URL }, { Mode: "PUSH", NotificationUrl: OTHER }, "another address"],
  [{ url: URL }, { Mode: "PULL", NotificationUrl: URL }, "the reliable callback"],
  [{ mode: "push" }, { Mode: "PUSH", NotificationUrl: OTHER }, undefined],
  [{ mode: "push" }, { Mode: "PULL", NotificationUrl: OTHER }, "the reliable callback"],
  [{ mode: "pull" }, { Mode: "PULL", NotificationUrl: OTHER }, undefined],
  [{ mode: "pull" }, { Mode: "PUSH", NotificationUrl: OTHER }, "another address"],
  [{ clear: true }, { Mode: "PUSH", NotificationUrl: OTHER }, "another address"],
  [{ clear: true }, { Mode: "PULL", NotificationUrl: "" }, "the reliable callback"],
  [{ clear: true, url: URL }, { Mode: "PUSH", NotificationUrl: URL }, undefined],
])("with %j, the owner of %j is %j", (options, now, owner) => {
  expect(wanted(options)?.takenBy(now)).toBe(owner);
});

test("only notifications are signed", () => {
  const keys = [{ url: URL }, { mode: "pull" }, { clear: true }].map((options) => wanted(options)?.signKey);
  expect(keys).toEqual(["aSignKey", undefined, undefined]);
});

test.each<[ReceiverOptions, Environment, RegExp]>([
  [{ mode: "both" }, {}, /^--mode must be "push" or "pull" \(got "both"\)\.$/],
  [{ mode: "pull", url: URL }, {}, /^--mode pull needs no --url/],
  [
    { mode: "pull", clear: true },
    {},
    /^--clear sends the events nowhere\. Run it without --mode and --all\.$/,
  ],
  [{ all: true, clear: true }, {}, /^--clear sends the events nowhere/],
  ...[{ clear: true }, { url: URL }, { mode: "push" }, { all: true }].map(
    (options): [ReceiverOptions, Environment, RegExp] => [
      { ...options, signKey: true },
      {},
      /^--sign-key rotates/,
    ],
  ),
  [{ url: "" }, { ADDRESS: URL }, /^--url must be an address that begins with http/],
  [{ url: "203.0.113.7:8080/marked" }, {}, /^--url must be an address that begins with http/],
  [{ url: "ftp://203.0.113.7/marked" }, {}, /^--url must be an address that begins with http/],
  [{}, { ADDRESS: "http://me:marked@203.0.113.7/" }, /^ADDRESS must be .* without a user name\.$/],
  [{ url: "http://203.0.113.7:8080/<the marked token>" }, LOCAL, /^--url has a space, a #/],
  [{ url: " http://203.0.113.7/marked" }, {}, /^--url has a space, a #/],
  [{ url: "http://203.0.113.7/marked\n" }, {}, /^--url has a space, a #/],
  [{ url: "http://203.0.113.7/#marked" }, {}, /^--url has a space, a #/],
  [{ url: "http://203.0.113.7/…marked" }, {}, /^--url has a space, a #/],
  ...["127.0.0.1", "127.1", "localhost", "[::1]", "0.0.0.0", "[::]", "localhost.", "[::ffff:127.0.0.1]"].map(
    (host): [ReceiverOptions, Environment, RegExp] => [
      { url: `http://${host}:8080/marked` },
      {},
      /^--url names this machine to itself only, so VOD can't reach it\. Pass/,
    ],
  ),
])("%j with %j is refused, with the reason and without the address", (options, env, message) => {
  const read = () => readOwnReceiver(options, env);
  expect(read).toThrow(UsageError);
  expect(read).toThrow(message);
  expect(read).not.toThrow(/marked/);
});

test("the local cloud can reach loopback", () => {
  expect(readOwnReceiver({ url: "http://127.0.0.1:8080/" }, LOCAL)?.url).toBe("http://127.0.0.1:8080/");
});
