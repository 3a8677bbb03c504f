import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectMysql } from "../../lib/sinks/database/mysql";
import { connect as connectPostgres } from "../../lib/sinks/database/postgres";
import { readRecordUrl } from "../../lib/sinks/database/record-url";
import { type DatabaseServer, ENGINES, startDatabase } from "../helpers/databases";

const CONNECT_MS = 20_000;
const folder = mkdtempSync(join(tmpdir(), "vod-receiver-tls-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Makes a certificate that is its own authority. */
function makeCertificate(name: string, names: string): { cert: string; key: string } {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  const subject = ["-subj", "/CN=test", "-addext", `subjectAltName=${names}`];
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  execFileSync("openssl", ["req", "-x509", ...newKey, "-keyout", key, "-out", cert, ...subject], {
    stdio: "ignore",
  });
  chmodSync(folder, 0o755);
  // PostgreSQL refuses a key that others can read, and does not run as root.
  if (process.getuid?.() === 0) execFileSync("chown", ["postgres", key]);
  return { cert, key };
}

describe.each(ENGINES)("%s with a certificate of one's own authority", (engine) => {
  let server: DatabaseServer;
  let url: string;
  const own = makeCertificate(`${engine}-own`, "IP:127.0.0.1");
  const other = makeCertificate(`${engine}-other`, "IP:127.0.0.1");
  beforeAll(async () => {
    const options =
      engine === "mysql"
        ? [`--ssl-cert=${own.cert}`, `--ssl-key=${own.key}`]
        : ["ssl=on", `ssl_cert_file=${own.cert}`, `ssl_key_file=${own.key}`].flatMap((one) => ["-c", one]);
    if (engine === "mysql") chmodSync(own.key, 0o644);
    server = await startDatabase(engine, options);
    url = await server.createDatabase();
  });
  afterAll(() => server?.stop());

  /** Whether the connection is encrypted; or why it failed. */
  async function connectWith(tls: string, ca?: string, host = "127.0.0.1"): Promise<unknown> {
    const target = readRecordUrl(`${url.replace("@127.0.0.1:", `@${host}:`)}?tls=${tls}`);
    const connect = engine === "mysql" ? connectMysql : connectPostgres;
    try {
      const connection = await connect(target, ca && readFileSync(ca, "utf8"), CONNECT_MS);
      const sql =
        engine === "mysql"
          ? "SHOW STATUS LIKE 'Ssl_cipher'"
          : 'SELECT cipher AS "Value" FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
      const [row] = await connection.query({ sql, values: [] });
      connection.destroy();
      return row?.["Value"] ? "encrypted" : "plain";
    } catch (error) {
      const { message, code }: { message?: unknown; code?: unknown } = Object(error);
      return `${message} ${code}`;
    }
  }

  test("tls=verify accepts it with RECORD_CA, and nothing else", async () => {
    expect(await connectWith("verify", own.cert)).toBe("encrypted");
    expect(await connectWith("verify")).toMatch(/self.signed|certificate/i);
    expect(await connectWith("verify", other.cert)).toMatch(/self.signed|certificate|signature/i);
    // The certificate is of the address, not of the name.
    expect(await connectWith("verify", own.cert, "localhost")).toMatch(/altname|certificate/i);
  });

  test("tls=require encrypts without a check", async () => {
    expect(await connectWith("require")).toBe("encrypted");
  });
});
