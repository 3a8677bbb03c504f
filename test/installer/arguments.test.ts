import { KEYS, Machine } from "../helpers/machine";

const machine = new Machine({ node: "v20.20.2" });
afterAll(() => machine.remove());

test("--help explains both ways and does nothing", async () => {
  const { code, stdout, stderr } = await machine.run(["--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/--local \[--once\][\s\S]*SECRET_ID=[\s\S]*NODE_MIRROR/);
  expect(machine.recorded("npm")).toEqual([]);
});

test.each([
  [["--lokal"], "Unknown argument. The arguments are --local, --once, --yes and --help."],
  [["--local", "twice"], "Unknown argument."],
  [[""], "Unknown argument."],
  [[`SECRET_KEY=${KEYS.SECRET_KEY}`], "Unknown argument."],
  [[KEYS.SECRET_KEY], "Unknown argument."],
  [["--once"], "--once needs --local.\n"],
])("wrong arguments are refused, and nothing of an unknown one is printed: %j", async (args, text) => {
  const { code, stdout, stderr } = await machine.run(args, KEYS);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(text);
  expect(stderr).toContain("bash installer.sh --local");
  expect(stderr).not.toMatch(/lokal|twice|marked/);
  expect(machine.recorded("npm")).toEqual([]);
});

test.each<[Record<string, string>, string[]]>([
  [{}, ["SECRET_ID is missing.", "SECRET_KEY is missing.", "APPID is missing."]],
  [{ SECRET_ID: "" }, ["SECRET_ID is missing."]],
  [{ SECRET_ID: "AKID marked marked" }, ["SECRET_ID is malformed"]],
  [{ SECRET_KEY: '"markedmarkedmarked"' }, ["SECRET_KEY is malformed"]],
  [{ SECRET_KEY: "markedmarkedmarked\n" }, ["SECRET_KEY is malformed"]],
  [{ SECRET_KEY: "‘markedmarkedmarked’" }, ["SECRET_KEY is malformed"]],
  [{ SECRET_KEY: "marked" }, ["SECRET_KEY is malformed: it is too short."]],
  [{ APPID: "AKIDmarked" }, ["APPID is malformed"]],
  [{ MODE: "pull" }, ['MODE must be "normal" or "reliable" (got "pull").']],
  [{ REGION: "ap_guangzhou" }, ["REGION must be a region such as ap-guangzhou."]],
  [
    { REGION: "ap-guangzhou\n", NAMESPACE: "with space" },
    ["REGION must", "NAMESPACE must be 1 to 30 letters, digits, - and _, beginning with a letter."],
  ],
  [
    { FUNCTION: "1callback" },
    [
      "FUNCTION must be 2 to 54 letters, digits, - and _, beginning with a letter and not ending with - or _.",
    ],
  ],
  [{ FUNCTION: "f".repeat(55), NAMESPACE: "n".repeat(31) }, ["FUNCTION must be", "NAMESPACE must be"]],
  [
    { SECRET_ID: "x", SECRET_KEY: "mark ed", APPID: "1 2" },
    ["SECRET_ID is malformed", "SECRET_KEY is malformed", "APPID is malformed"],
  ],
])(
  "missing and malformed variables are named, all at once, before anything is installed: %j",
  async (variables, problems) => {
    const { code, stdout, stderr } = await machine.run([], {
      ...(problems.length === 3 ? {} : KEYS),
      ...variables,
    });
    const onlyMissing = problems.every((problem) => problem.endsWith("is missing."));
    expect({ code, stdout }).toEqual({ code: onlyMissing ? 1 : 2, stdout: "" });
    for (const problem of problems) expect(stderr).toContain(problem);
    expect(stderr.match(/is (missing|malformed)|[A-Z] must be/g)).toHaveLength(problems.length);
    expect(stderr).not.toMatch(/mark ?ed/);
    expect(machine.recorded("npm")).toEqual([]);
    expect(machine.recorded("handed-over")).toEqual([]);
  },
);

test.each([
  [["--local"], ["local"]],
  [
    ["--local", "--once"],
    ["local", "--once"],
  ],
  [
    ["--once", "--local"],
    ["local", "--once"],
  ],
  [[], ["deploy"]],
])("%j is handed over as %j", async (args, command) => {
  const names = { REGION: "na-siliconvalley", NAMESPACE: "n".repeat(30), FUNCTION: "f".repeat(54) };
  const variables = { ...KEYS, ...names, MODE: "reliable" };
  const { code, stderr } = await machine.run(args, args.length ? {} : variables);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(
    machine
      .recorded("handed-over")
      .filter((one) => !one.startsWith("--max-"))
      .slice(1),
  ).toEqual([`${machine.checkout}/scripts/start.cjs`, ...command]);
  if (!args.length) {
    expect(machine.recorded("handed-over-environment")).toEqual(
      expect.arrayContaining([
        `SECRET_KEY=${KEYS.SECRET_KEY}`,
        `APPID=${KEYS.APPID}`,
        "REGION=na-siliconvalley",
        "MODE=reliable",
      ]),
    );
  }
});

test("the keys under the names of Tencent's SDKs serve", async () => {
  const { SECRET_ID, SECRET_KEY, ...rest } = KEYS;
  const theirs = { TENCENTCLOUD_SECRET_ID: SECRET_ID, TENCENTCLOUD_SECRET_KEY: SECRET_KEY };
  expect(await machine.run([], { ...rest, ...theirs })).toMatchObject({ code: 0, stderr: "" });
  expect(machine.recorded("handed-over-environment")).toContain(`SECRET_KEY=${SECRET_KEY}`);
});
