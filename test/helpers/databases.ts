import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connect, Connection } from "../../lib/sinks/database/connection";
import { connect as connectMysql } from "../../lib/sinks/database/mysql";
import { connect as connectPostgres } from "../../lib/sinks/database/postgres";
import { type Engine, readRecordUrl } from "../../lib/sinks/database/record-url";
import { schemaStatements } from "../../lib/sinks/database/statements";

/** A user with a name and a password that need escaping everywhere, in a database that does too. */
const [USER, PASSWORD] = ["o'wner-\"x", "p@ss/wo:rd?#%'\"\\ 密"];

/** A real database server, as an ordinary process of this machine. */
export interface DatabaseServer {
  readonly engine: Engine;
  readonly port: number;
  /** Makes an empty database. @returns its `RECORD_URL` */
  createDatabase(name?: string): Promise<string>;
  /** Suspends it, so that connections stay open and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export const ENGINES: readonly Engine[] = ["mysql", "postgres"];

/** Starts MariaDB or PostgreSQL of Debian's packages with an empty data folder. */
export async function startDatabase(
  engine: Engine,
  options: readonly string[] = [],
): Promise<DatabaseServer> {
  const folder = mkdtempSync(join(tmpdir(), `vod-receiver-${engine}-`));
  const port = await freePort();
  const [prepare, command] = engine === "mysql" ? mariadb(folder, port) : postgres(folder, port);
  let server: ChildProcess | undefined;
  prepare();

  async function start(): Promise<void> {
    const [program = "", ...args] = [...command, ...options];
    let output = "";
    server = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
    const ended = once(server, "exit").then(() => {
      throw new Error(`${program} ended: ${output}`);
    });
    const ready = new Promise<void>((resolve) => {
      for (const stream of [server?.stdout, server?.stderr])
        stream?.on("data", (data) => {
          output = `${output}${data}`.slice(-20_000);
          if (/ready for connections|ready to accept connections/.test(output)) resolve();
        });
    });
    ended.catch(() => {});
    await Promise.race([ready, ended]);
  }

  /** PostgreSQL's processes have groups of their own. */
  const signal = (name: NodeJS.Signals) => {
    if (server?.pid === undefined || server.exitCode !== null) return;
    for (const pid of [server.pid, ...childrenOf(server.pid)]) unlessGone(() => process.kill(pid, name));
  };
  async function end(name: NodeJS.Signals): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, "exit");
    signal("SIGCONT");
    signal(name);
    await exited;
  }

  await start();
  let databases = 0;
  return {
    engine,
    port,
    async createDatabase(name = `d${++databases}-"'x`) {
      const admin = await connectAs(adminUrl(engine, port));
      const quote = engine === "mysql" ? "`" : '"';
      const id = `${quote}${name.replaceAll(quote, quote + quote)}${quote}`;
      await admin.query({ sql: `CREATE DATABASE ${id}`, values: [] });
      if (engine === "mysql")
        await admin.query({ sql: `GRANT ALL ON ${id}.* TO ${quoted(USER)}@'%'`, values: [] });
      else
        await admin.query({
          sql: `ALTER DATABASE ${id} OWNER TO "${USER.replaceAll('"', '""')}"`,
          values: [],
        });
      admin.destroy();
      const [user, password, database] = [USER, PASSWORD, name].map(encodeURIComponent);
      return `${engine}://${user}:${password}@127.0.0.1:${port}/${database}`;
    },
    freeze: () => signal("SIGSTOP"),
    thaw: () => signal("SIGCONT"),
    kill: () => end("SIGKILL"),
    start,
    async stop() {
      await end("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A connection of the test's own. */
export function connectAs(url: string): Promise<Connection> {
  const target = readRecordUrl(url);
  const connect: Connect = target.engine === "mysql" ? connectMysql : connectPostgres;
  return connect(target, undefined, 20_000);
}

/** Makes the tables in a database. */
export async function createTables(url: string): Promise<void> {
  const connection = await connectAs(url);
  for (const sql of schemaStatements(readRecordUrl(url).engine)) await connection.query({ sql, values: [] });
  connection.destroy();
}

/** All rows of a table, in the order of their texts. */
export async function rowsOf(url: string, table: string): Promise<Record<string, unknown>[]> {
  const connection = await connectAs(url);
  const rows = await connection.query({ sql: `SELECT * FROM ${table}`, values: [] });
  connection.destroy();
  return rows.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

type Server = [prepare: () => void, command: readonly string[]];

function mariadb(folder: string, port: number): Server {
  const data = join(folder, "data");
  const init = join(folder, "init.sql");
  const asRoot = isRoot() ? ["--user=root"] : [];
  const common = ["--no-defaults", `--datadir=${data}`, ...asRoot];
  const prepare = () => {
    execFileSync(
      "mariadb-install-db",
      [...common, "--auth-root-authentication-method=normal", "--skip-test-db"],
      { stdio: "ignore" },
    );
    writeFileSync(
      init,
      `CREATE OR REPLACE USER admin@'%' IDENTIFIED BY 'admin';\nGRANT ALL ON *.* TO admin@'%' WITH GRANT OPTION;\n` +
        `CREATE USER IF NOT EXISTS ${quoted(USER)}@'%' IDENTIFIED BY ${quoted(PASSWORD)};\n`,
    );
  };
  const files = [`--socket=${folder}/socket`, `--pid-file=${folder}/pid`, `--init-file=${init}`];
  const small = [
    "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=8M",
    "--innodb-flush-log-at-trx-commit=0",
  ];
  return [
    prepare,
    [
      "mariadbd",
      ...common,
      ...files,
      ...small,
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      "--character-set-server=utf8mb4",
    ],
  ];
}

function postgres(folder: string, port: number): Server {
  const data = join(folder, "data");
  const bin = postgresBin();
  // It refuses to run as root.
  const as = isRoot() ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
  const run = (...command: string[]) => {
    const [program = "", ...args] = [...as, ...command];
    execFileSync(program, args, { stdio: "ignore", cwd: "/" });
  };
  const prepare = () => {
    if (as.length > 0) {
      chmodSync(folder, 0o755);
      mkdirSync(data);
      execFileSync("chown", ["postgres", data]);
    }
    run(join(bin, "initdb"), "-D", data, "-U", "admin", "-A", "trust", "--encoding=UTF8", "--locale=C", "-N");
    const user = `"${USER.replaceAll('"', '""')}"`;
    const sql = `CREATE ROLE ${user} LOGIN PASSWORD '${PASSWORD.replaceAll("'", "''")}'`;
    execFileSync(
      as[0] ?? join(bin, "postgres"),
      [...as.slice(1), ...(as[0] ? [join(bin, "postgres")] : []), "--single", "-D", data, "postgres"],
      {
        input: `${sql}\n`,
        stdio: ["pipe", "ignore", "ignore"],
        cwd: "/",
      },
    );
    // Only the administrator of the tests needs no password.
    const rules = "host all admin 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
    const file = join(data, "pg_hba.conf");
    writeFileSync(file, rules);
  };
  const settings = [
    `unix_socket_directories=`,
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "shared_buffers=16MB",
  ].flatMap((setting) => ["-c", setting]);
  return [prepare, [...as, join(bin, "postgres"), "-D", data, "-p", String(port), ...settings]];
}

function postgresBin(): string {
  const root = "/usr/lib/postgresql";
  const [version] = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  if (version === undefined) throw new Error("PostgreSQL is missing: apt-get install postgresql");
  return join(root, version, "bin");
}

function adminUrl(engine: Engine, port: number): string {
  return engine === "mysql"
    ? `mysql://admin:admin@127.0.0.1:${port}/mysql`
    : `postgres://admin@127.0.0.1:${port}/postgres`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = unlessGone(() => readFileSync(`/proc/${name}/stat`, "utf8")) ?? "";
      const [, ppid] = /^\d+ \(.*\) \S (\d+) /.exec(stat) ?? [];
      return Number(ppid) === parent ? [Number(name)] : [];
    });
}

/** A process that serves one connection may end at any time. */
function unlessGone<Result>(use: () => Result): Result | undefined {
  try {
    return use();
  } catch (error) {
    if (["ESRCH", "ENOENT"].includes(Object(error).code)) return undefined;
    throw error;
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
