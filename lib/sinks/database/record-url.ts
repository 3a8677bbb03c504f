import { isIP } from "node:net";

export type Engine = "mysql" | "postgres";

/** How a connection is encrypted; with `verify` the server's certificate must be valid for its name. */
type Tls = "off" | "require" | "verify";

/** The database that events are recorded in. */
export interface RecordTarget {
  readonly engine: Engine;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly tls: Tls;
}

/**
 * Reads a `RECORD_URL` (docs/reference.md#recording) that deploying has checked (scripts/build/check-sinks.ts).
 * @throws if it is not a URL; the message does not have it
 */
export function readRecordUrl(value: string): RecordTarget {
  const { protocol, hostname: host, port, username, password, pathname, searchParams } = parse(value);
  const engine = protocol === "mysql:" ? "mysql" : "postgres";
  return {
    ...{ engine, host },
    port: Number(port) || (engine === "mysql" ? 3306 : 5432),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    tls: (searchParams.get("tls") as Tls | null) ?? (isPrivate(host) ? "off" : "verify"),
  };
}

function parse(value: string): URL {
  try {
    return new URL(value);
  } catch {
    // Node's own message has the URL.
    throw new Error("RECORD_URL is not a URL");
  }
}

/** Whether an address belongs to a private network, such as a VPC. A name may lead anywhere. */
function isPrivate(host: string): boolean {
  if (host === "localhost") return true;
  return (
    isIP(host) === 4 &&
    /^(10|127|192\.168|169\.254|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(host)
  );
}
