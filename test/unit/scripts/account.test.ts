import { UsageError } from "../../../lib/errors";
import { openAccount } from "../../../scripts/cloud/account";
import { explain } from "../../../scripts/cloud/explain";
import { readTarget } from "../../../scripts/cloud/target";
import { startApi } from "../../helpers/api-server";
import { FakeClock } from "../../helpers/clock";

const KEYS = { SECRET_ID: "AKIDmarkedSecretId", SECRET_KEY: "markedSecretKey" };
const SENT = { Key: "SIGN_KEY", Value: "markedKeyOfTheFunction" };

test("neither the lines while a call is tried again nor its error quote a secret", async () => {
  const secrets = [...Object.values(KEYS), SENT.Value];
  const quoted = `${secrets.join(" ")} Signature=0123456789abcdef`;
  const { url } = await startApi((response) => response.writeHead(503, quoted).end());
  const lines: string[] = [];
  const target = readTarget({ ...KEYS, CLOUD_ENDPOINT_URL: url });
  const { scf } = openAccount(target, (line) => lines.push(line), new FakeClock());
  const request = { FunctionName: "callback", Environment: { Variables: [SENT] } };
  const error = await scf.UpdateFunctionConfiguration(request).catch(explain);
  expect(lines.length).toBeGreaterThan(2);
  for (const text of [...lines, error]) {
    expect(text).toContain("*** *** *** ***");
    expect(text).not.toMatch(/marked|0123456789abcdef/);
  }
});

test.each(["SECRET_ID", "SECRET_KEY"])(
  "a %s with a line end or white space is refused by its name",
  (name) => {
    for (const wrong of ["marked\r", "marked\n", " marked", "mar ked", "mar\u0000ked"]) {
      const open = () => openAccount(readTarget({ ...KEYS, [name]: wrong }), () => {});
      expect(open).toThrow(UsageError);
      expect(open).toThrow(new RegExp(`^${name} contains white space`));
    }
  },
);
