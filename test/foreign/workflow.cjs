// The whole workflow of a receiver with the SDK that the argument names: upload, pull, process, pull, confirm.
const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const { promisify } = require("node:util");
const COS = require("cos-nodejs-sdk-v5");

const [, , sdkName, sample] = process.argv;
const { SECRET_ID: secretId, SECRET_KEY: secretKey } = process.env;
const DEADLINE_MS = 120_000;

/** How each SDK makes a call. */
const CALLERS = {
  "tencentcloud-sdk-nodejs": ({ vod }) => {
    const client = new vod.v20180717.Client({
      credential: { secretId, secretKey },
      region: "ap-guangzhou",
    });
    return (action, params) => client[action](params);
  },
  "tencentcloud-sdk-nodejs-intl-en": ({ common, vod }) => {
    const { Client, Models } = vod.v20180717;
    const client = new Client(new common.Credential(secretId, secretKey), "ap-singapore");
    return (action, params) => {
      const request = new Models[`${action}Request`]();
      request.from_json_string(JSON.stringify(params));
      return promisify(client[action].bind(client))(request);
    };
  },
};

const call = CALLERS[sdkName](require(sdkName));

async function upload() {
  const applied = await call("ApplyUpload", { MediaType: "mp4", MediaName: "sample" });
  const { SecretId, SecretKey, Token } = applied.TempCertificate;
  const cos = new COS({ SecretId, SecretKey, SecurityToken: Token });
  await cos.putObject({
    ...{ Bucket: applied.StorageBucket, Region: applied.StorageRegion },
    ...{ Key: applied.MediaStoragePath, Body: readFileSync(sample) },
  });
  return call("CommitUpload", { VodSessionKey: applied.VodSessionKey });
}

/** Pulls and confirms events until one of the type comes. */
async function pull(type) {
  const until = Date.now() + DEADLINE_MS;
  while (Date.now() < until) {
    const { EventSet } = await call("PullEvents", {});
    if (!EventSet?.length) continue;
    await call("ConfirmEvents", { EventHandles: EventSet.map(({ EventHandle }) => EventHandle) });
    const event = EventSet.find(({ EventType }) => EventType === type);
    if (event) return event;
  }
  throw new Error(`No ${type} came.`);
}

async function main() {
  await call("ModifyEventConfig", { Mode: "PULL", UploadMediaCompleteEventSwitch: "ON" });
  const { FileId, MediaUrl } = await upload();
  const original = await (await fetch(MediaUrl)).arrayBuffer();
  assert.deepEqual(Buffer.from(original), readFileSync(sample));

  const { FileUploadEvent } = await pull("NewFileUpload");
  assert.equal(FileUploadEvent.FileId, FileId);

  const MediaProcessTask = { TranscodeTaskSet: [{ Definition: 100010 }] };
  const { TaskId } = await call("ProcessMedia", { FileId, MediaProcessTask, SessionId: `session-${FileId}` });
  const { ProcedureStateChangeEvent: task } = await pull("ProcedureStateChanged");
  assert.equal(task.TaskId, TaskId);
  assert.deepEqual([task.Status, task.ErrCode, task.Message], ["FINISH", 0, "SUCCESS"]);
  const [{ TranscodeTask }] = task.MediaProcessResultSet;
  assert.equal(TranscodeTask.Status, "SUCCESS");
  const output = await fetch(TranscodeTask.Output.Url);
  assert.equal((await output.arrayBuffer()).byteLength, TranscodeTask.Output.Size);

  await assert.rejects(call("ProcessMedia", { FileId: "1", MediaProcessTask }), {
    code: "InvalidParameterValue.FileId",
  });
}

main();
