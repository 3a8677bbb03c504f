import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { isJsonObject } from "../../json";
import type { RecordTarget } from "./record-url";
import type { Statement } from "./statements";

/** One connection to a database. Whatever its methods throw, it can't be used any more. */
export interface Connection {
  /** Runs one statement. @returns its rows */
  query(statement: Statement): Promise<Record<string, unknown>[]>;
  /** Runs statements as one transaction. */
  transaction(statements: readonly Statement[]): Promise<void>;
  /** Closes it at once, whatever it does. */
  destroy(): void;
}

/**
 * @param ca the certificates of the authorities that are trusted in place of the usual ones
 * @throws the driver's error, which `sqlStateOf` reads
 */
export type Connect = (
  target: RecordTarget,
  ca: string | undefined,
  timeoutMs: number,
) => Promise<Connection>;

/** What TLS takes of a target; undefined if the connection is not encrypted. */
export function tlsOptions({ tls, host }: RecordTarget, ca: string | undefined) {
  if (tls === "off") return undefined;
  const isVerified = tls === "verify";
  return {
    rejectUnauthorized: isVerified,
    minVersion: "TLSv1.2" as const,
    ...(ca !== undefined && { ca }),
    // Each driver takes one of these; PostgreSQL's passes no name of a server that is given by its address.
    verifyIdentity: isVerified,
    checkServerIdentity: (_name: string, certificate: PeerCertificate) =>
      isVerified ? checkServerIdentity(host, certificate) : undefined,
  };
}

/** The SQLSTATE of an error, such as 23505; "" if the database did not answer with one. */
export function sqlStateOf(error: unknown): string {
  if (!isJsonObject(error)) return "";
  const { sqlState, code, errno } = error;
  // MySQL reports these values of a wrong type as a general error.
  if (errno === 1366) return "22000";
  const state = sqlState ?? code;
  return typeof state === "string" && /^[0-9A-Z]{5}$/.test(state) ? state : "";
}
