// Uploads a file in several parts with vod-node-sdk, and compares what the local cloud stored.
const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const { VodUploadClient, VodUploadRequest } = require("vod-node-sdk");
const { requests } = require("./redirect.cjs");

const [, , file] = process.argv;

async function main() {
  const client = new VodUploadClient(process.env.SECRET_ID, process.env.SECRET_KEY);
  const request = new VodUploadRequest();
  request.MediaFilePath = file;
  const { FileId, MediaUrl } = await new Promise((resolve, reject) => {
    client.upload("ap-guangzhou", request, (error, data) => (error ? reject(error) : resolve(data)));
  });
  assert.match(FileId, /^\d{17,20}$/);
  const parts = requests.filter((line) => /^PUT .*partNumber=/.test(line));
  assert.equal(parts.length, Math.ceil(readFileSync(file).length / (1024 * 1024)));
  const stored = await (await fetch(MediaUrl)).arrayBuffer();
  assert.ok(Buffer.from(stored).equals(readFileSync(file)), "the stored file differs");
}

main();
