import { parseConfig } from "../../../lib/config";
import { reasonToSkip } from "../../../lib/handlers/processing-rules";
import { FIVE_FIELDS } from "../../helpers/callback";

const reason = (config: object, traits: Parameters<typeof reasonToSkip>[1]) =>
  reasonToSkip(parseConfig({ ...FIVE_FIELDS, ...config }), traits);

const NOTHING = [undefined, null, "", 5, {}];

test("without filters every upload is transcoded, whatever is known of it", () => {
  expect(reason({}, {})).toBeUndefined();
  expect(reason({}, { SourceType: "Unknown", Type: "exe", ProcedureTaskId: "t" })).toBeUndefined();
});

test("skip_with_task_flow skips what has a task flow, and nothing else", () => {
  const config = { skip_with_task_flow: true };
  expect(reason(config, { ProcedureTaskId: "t-1" })).toContain("t-1");
  for (const ProcedureTaskId of NOTHING) expect(reason(config, { ProcedureTaskId })).toBeUndefined();
});

test("source_types accepts its sources; an unknown one is skipped", () => {
  const config = { source_types: ["Upload", "Record"] };
  expect(reason(config, { SourceType: "Record" })).toBeUndefined();
  expect(reason(config, { SourceType: "VideoProcessing" })).toContain("VideoProcessing");
  for (const SourceType of NOTHING) expect(reason(config, { SourceType })).toContain("unknown");
});

test("file_types accepts its types, in any case; an unknown one is skipped", () => {
  const config = { file_types: ["mp4", "MOV"] };
  for (const Type of ["mp4", "MP4", "mov"]) expect(reason(config, { Type })).toBeUndefined();
  expect(reason(config, { Type: "mp3" })).toContain("mp3");
  for (const Type of NOTHING) expect(reason(config, { Type })).toContain("unknown");
});

test("all filters hold together", () => {
  const config = { skip_with_task_flow: true, source_types: ["Upload"], file_types: ["mp4"] };
  const right = { SourceType: "Upload", Type: "mp4", ProcedureTaskId: "" };
  expect(reason(config, right)).toBeUndefined();
  expect(reason(config, { ...right, ProcedureTaskId: "t" })).toBeDefined();
  expect(reason(config, { ...right, SourceType: "Record" })).toBeDefined();
  expect(reason(config, { ...right, Type: "mp3" })).toBeDefined();
});
