import { ApiError } from "../../local-cloud";
import { Checkout } from "../helpers/checkout";
import { connectAs, type DatabaseServer, ENGINES, rowsOf, startDatabase } from "../helpers/databases";
import { addressIn, DeployScenario, runCommand } from "../helpers/deploy-scenario";
import { DELETION_NOTIFICATION, FILE_ID, procedureNotification } from "../helpers/notifications";
import { succeededItem, TRANSCODE } from "../helpers/task-results";
import { zipFile } from "../helpers/test-cloud";

/** Nothing listens there. */
const UNREACHABLE = "postgres://u:p@127.0.0.1:9/x";
const checkout = new Checkout();
let stage: DeployScenario;

beforeEach(async () => {
  stage = await DeployScenario.open(checkout);
});
afterEach(() => stage.cloud.close());
afterAll(() => checkout.remove());

async function post(address: string, notification: object): Promise<number> {
  const { status } = await fetch(address, { method: "POST", body: JSON.stringify(notification) });
  return status;
}

describe.each(ENGINES)("%s", (engine) => {
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await startDatabase(engine);
  });
  afterAll(() => server.stop());

  test("one line deploys, makes the tables and has events in them; a later deployment keeps it all", async () => {
    const url = await server.createDatabase();
    const first = await stage.deploy({ RECORD_URL: url });
    expect(first.lines).toContain("The tables are made. Events are recorded in the database.");
    const address = addressIn(first);
    expect(await post(address, procedureNotification([succeededItem(TRANSCODE)]))).toBe(200);
    expect(await rowsOf(url, "vod_output")).toEqual([
      expect.objectContaining({ file_id: FILE_ID, kind: "Transcode", state: "succeeded" }),
    ]);

    const second = await stage.deploy();
    expect(second.lines).toContain("Events are recorded in the database.");
    expect(addressIn(second)).toBe(address);
    expect(await post(address, DELETION_NOTIFICATION)).toBe(200);
    expect((await rowsOf(url, "vod_media")).filter((row) => row["deleted_at"] !== null)).toHaveLength(2);

    const third = await stage.deploy({ RECORD_URL: "" });
    expect(third.failure).toBeUndefined();
    for (const name of ["callback", "retry"])
      expect(await stage.variables(name)).not.toHaveProperty("RECORD_URL");
    expect(await post(address, DELETION_NOTIFICATION)).toBe(200);
    expect(await rowsOf(url, "vod_event")).toHaveLength(2);
    expect(stage.output.join("\n")).not.toContain(new URL(url).password);
  });

  test("the command line prints, makes and looks at the tables without keys of the account", async () => {
    const url = await server.createDatabase();
    const database = (command: string) => runCommand(checkout, ["database", command], { RECORD_URL: url });
    expect(await database("status")).toMatchObject({
      code: 1,
      output: expect.stringContaining("Tables: version 0"),
    });
    const printed = await database("print");
    const connection = await connectAs(url);
    for (const sql of printed.output.split(";\n").filter((one) => one.trim() !== ""))
      await connection.query({ sql, values: [] });
    connection.destroy();
    expect(await database("init")).toEqual({ code: 0, output: "The tables are made: version 1.\n" });
    expect(await database("status")).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^From this machine: reachable$(.|\n)*^ {2}vod_output: 0 rows$/m),
    });
  });

  test("a database without tables is reported on an update, and made with --yes", async () => {
    await stage.deploy();
    const url = await server.createDatabase();
    const { lines } = await stage.deploy({ RECORD_URL: url });
    expect(lines.at(-2)).toBe(
      "Warning: the database lacks the tables that events are recorded in. Make them: ./vod-receiver database init",
    );
    // Until then the event waits in retry, and nothing of it is lost.
    const { output } = await runCommand(checkout, ["deploy", "--yes"], stage.env);
    expect(output).toContain("The tables are made. Events are recorded in the database.");
    expect(await runCommand(checkout, ["doctor"], stage.env)).toMatchObject({
      output: expect.not.stringContaining("database"),
    });
  });
});

test("a database that the functions can't reach is reported with what to do, before the address", async () => {
  const secret = "s3cret-passw0rd";
  const { lines, failure } = await stage.deploy({ RECORD_URL: `postgres://u:${secret}@127.0.0.1:9/x` });
  expect(failure).toBeUndefined();
  expect(lines).toContainEqual(
    expect.stringMatching(/^Warning: the functions can't use the database: .*ECONNREFUSED/),
  );
  expect(lines.at(-1)).toMatch(/^Service address: /);
  expect(stage.output.join("\n")).not.toContain(secret);
  expect((await stage.doctor()).lines).toContainEqual(
    expect.stringMatching(/^- The functions can't use the database: /),
  );
});

test("without the permission to ask the functions, nothing is said of the database, and the address follows", async () => {
  await stage.cloud.close();
  const refused = new ApiError("UnauthorizedOperation.CAM", "no permission");
  stage = await DeployScenario.open(checkout, {
    intercept: ({ action }) => (action === "Invoke" ? refused : undefined),
  });
  const { lines, failure } = await stage.deploy({ RECORD_URL: UNREACHABLE });
  expect(failure).toBeUndefined();
  expect(lines).toContainEqual(
    expect.stringMatching(/^Warning: the functions can't use the database: .*Invoke/),
  );
  expect(lines.join("\n")).not.toMatch(/lacks the tables|are made/);
  expect(lines.at(-1)).toMatch(/^Service address: /);
});

test.each([
  ["throws", "throw new Error('no');"],
  ["answers something else", "return { errorMessage: 'no' };"],
])("a function that %s is not taken for a database without tables", async (_case, body) => {
  await stage.deploy({ RECORD_URL: UNREACHABLE });
  const ZipFile = zipFile(`exports.main_handler = async () => { ${body} };`);
  const retry = { Namespace: "vod_demo", FunctionName: "retry" };
  await stage.call("scf", "UpdateFunctionCode", { ...retry, Handler: "index.main_handler", ZipFile });
  while ((await stage.function("retry")).Status === "Updating");
  const { lines } = await stage.doctor();
  expect(lines).toContain(
    "- The functions can't use the database: the function retry did not answer. Its log has the reason: ./vod-receiver logs",
  );
  expect(lines.join("\n")).not.toContain("lacks the tables");
});

test.each([
  ["", "is not set"],
  ["nonsense", "RECORD_URL is not a URL"],
  ["http://u:p@h/x", "RECORD_URL must begin with mysql:// or postgres://"],
  ["mysql://h/x", "RECORD_URL must have a user, a host and the name of a database"],
  ["mysql://u:p@h", "RECORD_URL must have a user, a host and the name of a database"],
  ["mysql://u:100%@h/x", "has a % that begins no encoded character"],
  ["mysql://u:a#b@h/x", "RECORD_URL"],
  ["mysql://u:p@h/x?tls=maybe", "accepts only ?tls=off, ?tls=require or ?tls=verify"],
  ["postgres://u:p@[::1]/x", "has an IPv6 address"],
])("RECORD_URL=%s is refused with what is accepted", async (url, words) => {
  const { code, output } = await runCommand(checkout, ["database", "print"], { RECORD_URL: url });
  expect(code).not.toBe(0);
  expect(output).toContain(words);
  expect(output).not.toContain("100%@");
});

test.each(["mysql", "postgres"])(
  "%s can be at a public address, whose certificate is verified",
  async (engine) => {
    const RECORD_URL = `${engine}://u:p@203.0.113.1/x`;
    const { code, output } = await runCommand(checkout, ["database", "print"], { RECORD_URL });
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining("CREATE TABLE") });
  },
);
