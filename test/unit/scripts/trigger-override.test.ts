import { makeExample } from "../../../scripts/trigger/example";
import { override } from "../../../scripts/trigger/override";

const upload = makeExample("NewFileUpload");
const procedure = makeExample("ProcedureStateChanged");

test("a long number stays a text where the place is one's, with every digit", () => {
  expect(override(upload, "FileUploadEvent.FileId=5285890799710670616")).toMatchObject({
    FileUploadEvent: { FileId: "5285890799710670616" },
  });
});

test("one item of a list is changed, and nothing else", () => {
  const path = "MediaProcessResultSet[0].TranscodeTask.Status";
  const changed = override(procedure, `ProcedureStateChangeEvent.${path}=FAIL`);
  expect(changed).toHaveProperty(`ProcedureStateChangeEvent.${path}`, "FAIL");
  expect(override(changed, `ProcedureStateChangeEvent.${path}=SUCCESS`)).toEqual(procedure);
});

test.each([
  ["a number", "MetaData.Size=12", "MetaData.Size", 12],
  [
    "a number as a text where it would lose digits",
    "MetaData.Size=12345678901234567890",
    "MetaData.Size",
    "12345678901234567890",
  ],
  ["a text where a number should be", "MetaData.Size=large", "MetaData.Size", "large"],
  ["null", "MetaData=null", "MetaData", null],
  ["a word that is JSON as a text", "ProcedureTaskId=null", "ProcedureTaskId", "null"],
  ["a text in quotes", 'ProcedureTaskId="12"', "ProcedureTaskId", "12"],
  ["nothing", "ProcedureTaskId=", "ProcedureTaskId", ""],
  ["a list", 'MediaBasicInfo.TagSet=["a","b"]', "MediaBasicInfo.TagSet", ["a", "b"]],
  ["an object", 'MediaBasicInfo={"Name":"x"}', "MediaBasicInfo", { Name: "x" }],
  ["a value with an equals sign", "MediaBasicInfo.Name=a=b", "MediaBasicInfo.Name", "a=b"],
  ["one more item", "MediaBasicInfo.TagSet[1]=new", "MediaBasicInfo.TagSet[1]", "new"],
])("%s can be set", (_what, assignment, path, value) => {
  expect(override(upload, `FileUploadEvent.${assignment}`)).toHaveProperty(`FileUploadEvent.${path}`, value);
});

test("what is null gets the members that are set", () => {
  const failed = makeExample("EditMediaComplete", { fail: true });
  expect(override(failed, "EditMediaCompleteEvent.Output.FileId=1")).toMatchObject({
    EditMediaCompleteEvent: { Output: { FileId: "1" } },
  });
});

test.each([
  ["FileUploadEvents.FileId=1", "A notification has no FileUploadEvents. The nearest: FileUploadEvent,"],
  ["FileUploadEvent.Fileid=1", "FileUploadEvent has no Fileid. The nearest: FileId,"],
  ["FileUploadEvent.FileId.Length=1", "FileUploadEvent.FileId has no members."],
  ["FileUploadEvent.constructor=1", "FileUploadEvent has no constructor."],
  ["FileUploadEvent[0]=1", "FileUploadEvent is not a list, so it takes no index."],
  [
    "FileUploadEvent.MediaBasicInfo.TagSet[3]=1",
    "FileUploadEvent.MediaBasicInfo.TagSet[3] does not exist. The next index is [1].",
  ],
  [
    "FileUploadEvent.MetaData.VideoStreamSet.Codec=1",
    "Set one of its items, such as FileUploadEvent.MetaData.VideoStreamSet[0].",
  ],
  ["FileUploadEvent.FileId", "--override must be path=value"],
  ["=1", "--override must be path=value"],
  ["a..b=1", "--override must be path=value"],
])("%s is refused", (assignment, message) => {
  expect(() => override(upload, assignment)).toThrow(message);
});
