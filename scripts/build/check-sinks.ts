import { UserError } from "../../lib/errors";
import type { JsonObject } from "../../lib/json";
import { type RecordTarget, readRecordUrl } from "../../lib/sinks/database/record-url";

const FORM = "mysql://user:password@host:3306/name or postgres://user:password@host:5432/name";

/**
 * Checks a `RECORD_URL` and reads it.
 * @param name what an error calls it
 * @throws {UserError} if it is wrong; the message has nothing of the value
 */
export function checkRecordUrl(value: string, name = "RECORD_URL"): RecordTarget {
  const fail = (reason: string) => new UserError(`${name} ${reason}. Its form is ${FORM}`);
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    throw fail("is not a URL. In the user and the password, write @ as %40, / as %2F, # as %23 and ? as %3F");
  }
  if (!/^(mysql|postgres|postgresql):$/.test(url.protocol))
    throw fail("must begin with mysql:// or postgres://");
  if (!url.hostname || !url.username || url.pathname.length < 2 || url.pathname.includes("/", 1))
    throw fail("must have a user, a host and the name of a database");
  if (url.hash) throw fail("has a # that ends it. In the user and the password, write # as %23");
  const tls = url.searchParams.get("tls");
  if (
    [...url.searchParams.keys()].some((parameter) => parameter !== "tls") ||
    (tls !== null && !["off", "require", "verify"].includes(tls))
  )
    throw fail("accepts only ?tls=off, ?tls=require or ?tls=verify after the name");
  let target: RecordTarget;
  try {
    target = readRecordUrl(value);
  } catch {
    throw fail("has a % that begins no encoded character. Write % itself as %25");
  }
  if (target.host.includes(":"))
    throw fail("has an IPv6 address, which the drivers can't read. Use a name or an IPv4 address");
  return target;
}

/** How to make a secret. */
const MAKE_SECRET = 'Make one: echo "whsec_$(openssl rand -base64 24)"';

/**
 * Checks `publish_url` and `publish_secret`.
 * @returns whether events are published
 * @throws {UserError} if one is missing or wrong; the message has nothing of the values
 */
export function checkPublication({ publish_url: url, publish_secret: secret }: JsonObject): boolean {
  if (typeof url !== "string" || url === "") return false;
  const target = URL.canParse(url) ? new URL(url) : undefined;
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(target?.hostname ?? "");
  if (target?.protocol !== "https:" && !(target?.protocol === "http:" && isLoopback))
    throw new UserError("PUBLISH_URL must begin with https://, or with http:// for this machine alone");
  if (typeof secret !== "string" || secret === "")
    throw new UserError(
      `PUBLISH_URL needs PUBLISH_SECRET, which its receiver verifies the signatures with. ${MAKE_SECRET}`,
    );
  if (!/^whsec_[A-Za-z0-9+/]{32,}={0,2}( whsec_[A-Za-z0-9+/]{32,}={0,2})?$/.test(secret))
    throw new UserError(
      `PUBLISH_SECRET must be whsec_ and at least 24 bytes in base64; or two of them, separated by a space. ${MAKE_SECRET}`,
    );
  return true;
}
