import { instantTranscoder } from "../../local-cloud";
import { Checkout } from "../helpers/checkout";
import { addressIn, DeployScenario, LINES, ROLE, runCommand } from "../helpers/deploy-scenario";

let checkout: Checkout;
let stage: DeployScenario;
/** Of files that are no videos. */
const transcoder = {
  ...instantTranscoder,
  transcode: async () => {
    throw new Error("This is no video.");
  },
};
let denied = (_action: string) => false;
beforeEach(async () => {
  denied = () => false;
  checkout = new Checkout();
  stage = await DeployScenario.open(checkout, { transcoder, deny: (_service, action) => denied(action) });
});
afterEach(async () => {
  await stage.cloud.close();
  checkout.remove();
});

const command = (...args: string[]) => runCommand(checkout, args, stage.env);

async function allowed(): Promise<unknown> {
  const { List } = await stage.call("cam", "ListPolicies", { Scope: "Local", Keyword: ROLE });
  const { PolicyDocument } = await stage.call("cam", "GetPolicy", { PolicyId: List[0].PolicyId });
  return JSON.parse(PolicyDocument).statement[0].action;
}

test.each<[object, readonly string[], readonly string[]]>([
  [{ definitions: [100010, 100020] }, ["name/vod:ProcessMedia"], []],
  [{ definitions: [], procedure: "LongVideoPreset" }, ["name/vod:ProcessMediaByProcedure"], []],
  [
    {
      definitions: [],
      procedure: "NoSuchFlow",
      rules: [{ match: { categories: ["Audio"] }, definitions: [1010] }],
    },
    ["name/vod:ProcessMedia", "name/vod:ProcessMediaByProcedure"],
    ['Warning: VOD lists no task flow "NoSuchFlow".'],
  ],
  [
    { definitions: [987654] },
    ["name/vod:ProcessMedia"],
    ["Warning: VOD lists no template 987654 for Transcode. Check"],
  ],
  [
    { definitions: [12] },
    ["name/vod:ProcessMedia"],
    [
      "Warning: VOD lists no template 12 for Transcode. It is one for AdaptiveDynamicStreamingTaskSet of media_process_task.",
    ],
  ],
  [
    {
      definitions: [],
      media_process_task: {
        CoverBySnapshotTaskSet: [{ Definition: 10, PositionType: "Time", PositionValue: 0 }],
      },
    },
    ["name/vod:ProcessMedia"],
    [],
  ],
])(
  "deploying %j gives the role its actions, and names what VOD does not list",
  async (config, actions, warnings) => {
    checkout.write("config.json", config);
    const { lines, failure } = await stage.deploy();
    expect(failure).toBeUndefined();
    expect(lines.filter((line) => !LINES.includes(line) && line.startsWith("Warning"))).toEqual(
      warnings.map((warning) => expect.stringContaining(warning)),
    );
    expect(await allowed()).toEqual(actions);
  },
);

test("a key that may not look up templates deploys with a notice", async () => {
  denied = (action) => action.startsWith("Describe") && action.endsWith("Templates");
  const { lines, failure } = await stage.deploy();
  expect(failure).toBeUndefined();
  expect(lines).toContainEqual(
    expect.stringMatching(/^Templates were not looked up at VOD: the key may not do that \(Unauthorized/),
  );
});

test("the role keeps what the function of the other mode needs", async () => {
  await stage.deploy({ MODE: "reliable" });
  await stage.deploy();
  expect(await allowed()).toEqual(["name/vod:ProcessMedia", "name/vod:PullEvents", "name/vod:ConfirmEvents"]);
});

test("a media_process_task that the SDK's types do not have stops the deployment", async () => {
  checkout.write("config.json", {
    definitions: [],
    media_process_task: { TranscodeTaskSet: [{ Definition: 10, Overlay: true }] },
  });
  const { failure } = await stage.deploy();
  expect(failure).toContain("media_process_task is not a MediaProcessTask of ProcessMedia");
  expect(failure).toContain("`MediaProcessTask.TranscodeTaskSet.0.Overlay`");
  expect(stage.writes()).toEqual([]);
});

test("a rule with a wrong value stops the deployment, and is named", async () => {
  checkout.write("config.json", { definitions: [1], rules: [{ match: { min_height: "720" }, skip: true }] });
  expect((await stage.deploy()).failure).toContain("rules[0].match.min_height:");
});

test("DEFINITIONS together with another kind of work is refused by name", async () => {
  checkout.write("config.json", { definitions: [], procedure: "LongVideoPreset" });
  expect(await runCommand(checkout, ["deploy"], { ...stage.env, DEFINITIONS: "10" })).toEqual({
    code: 2,
    output: expect.stringContaining("DEFINITIONS and procedure in config.json exclude each other."),
  });
});

test("commands stop if the files say something else than what is deployed, and doctor reports it", async () => {
  await stage.deploy();
  expect(await command("reconcile", "--since", "1h")).toMatchObject({ code: 0 });
  checkout.write("config.local.json", { skip_upscaling: true });
  for (const args of [
    ["reconcile", "--since", "1h"],
    ["replay", "--yes"],
  ])
    expect(await command(...args)).toEqual({
      code: 1,
      output: expect.stringMatching(
        /^callback and retry had another configuration when deployed.*Deploy first/m,
      ),
    });
  expect((await stage.doctor()).lines.join("\n")).toMatch(/had another configuration[\s\S]*Deploy first/);
  await stage.deploy();
  expect(await command("reconcile", "--since", "1h")).toMatchObject({ code: 0 });
});

test("status shows a file's outputs, and replay --again starts one that failed permanently", async () => {
  const address = addressIn(await stage.deploy());
  await stage.call("vod", "ModifyEventConfig", {
    NotificationUrl: address,
    UploadMediaCompleteEventSwitch: "ON",
  });
  const { fileId } = await stage.cloud.upload("film.mp4", Buffer.from("no film"));
  const status = async (pattern: RegExp) => {
    for (;;) {
      const shown = await command("status", fileId);
      if (pattern.test(shown.output)) return shown;
    }
  };
  expect(await status(/task flow \S+: FINISH/)).toEqual({
    code: 0,
    output: expect.stringMatching(
      new RegExp(
        `^${fileId}: Normal\\n  name: film \\(mp4\\), \\S+\\n  source: http\\S+\\n` +
          `  task flow ${fileId}-\\w+-0: FINISH, failed: Transcode 100010: SourceFileError.*\\n` +
          "  Nothing to do: it failed: SourceFileError",
      ),
    ),
  });
  expect(await command("status", "123")).toMatchObject({
    code: 1,
    output: expect.stringContaining("VOD does not have this file in this application."),
  });
  expect(await command("replay", "--again", fileId)).toMatchObject({
    code: 2,
    output: expect.stringContaining("pass --yes"),
  });
  expect(await command("replay", "--again", fileId, "--yes")).toMatchObject({
    code: 0,
    output: expect.stringContaining("started Definitions: 100010, 100020 once more"),
  });
  expect(stage.cloud.tasksStarted().get(fileId)).toBe(2);
});
