import { randomBytes, randomInt } from "node:crypto";
import { appendFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApiCall, createEndpoint } from "./api/endpoint";
import { prepareSchemas } from "./api/schemas";
import type { Credential } from "./api/signature";
import { Functions } from "./scf/functions";
import { openGateway } from "./scf/gateway";
import { findNodeRuntime, type NodeRuntime } from "./scf/node-runtime";
import { createVod } from "./vod";
import type { Media } from "./vod/media-library";
import { createSite } from "./web";

export interface LocalCloudOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** A file that gets a JSON line for every API call. */
  readonly recordFile?: string;
  /** Gets what a person may want to know of the cloud's doings. */
  readonly report?: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** How long VOD waits for the answer to a notification. */
  readonly notificationTimeoutMs?: number;
  readonly node?: NodeRuntime;
}

/** A stand-in for Tencent Cloud on loopback: the API, VOD, SCF and its gateway. */
export interface LocalCloud {
  /** What CLOUD_ENDPOINT_URL must be to reach its API. */
  readonly endpointUrl: string;
  readonly appId: string;
  readonly region: string;
  readonly credential: Credential;
  readonly functions: Functions;
  /** Temporary credentials, as SCF gives them to a function with an execution role. */
  assumeRole(): Required<Credential>;
  /** Gives a function an address: a function URL, or a gateway with API Gateway's events. */
  openAddress(namespace: string, name: string, shape?: "function-url" | "api-gateway"): Promise<string>;
  /** Stores a file in VOD as the console's upload does. */
  upload(fileName: string, content: Uint8Array): Promise<Media>;
  /** Ends everything it started and removes every file it made. */
  close(): Promise<void>;
}

/** FACTS A: VOD waits five seconds. */
const NOTIFICATION_TIMEOUT_MS = 5000;
const REGION = "ap-guangzhou";

/** Starts a local cloud of its own; several can run at once. */
export async function startLocalCloud(options: LocalCloudOptions = {}): Promise<LocalCloud> {
  const { now = Date.now, report = () => {} } = options;
  await prepareSchemas();
  const folder = await mkdtemp(join(tmpdir(), "local-cloud-vod-"));
  const appId = `125${randomInt(10 ** 6, 10 ** 7)}`;
  const credentials = new Map<string, Credential>();
  const issue = (token?: string) => {
    const credential = { ...newKeys(), ...(token === undefined ? {} : { token }) };
    credentials.set(credential.secretId, credential);
    return credential;
  };

  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  // With a host and a port the address is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  const endpointUrl = `http://127.0.0.1:${port}`;

  const vod = await createVod({
    appId,
    folder,
    mediaUrl: `${endpointUrl}/media`,
    now,
    report,
    notificationTimeoutMs: options.notificationTimeoutMs ?? NOTIFICATION_TIMEOUT_MS,
  });
  const { recordFile } = options;
  const api = createEndpoint({
    services: [vod.service],
    credentials: (secretId) => credentials.get(secretId),
    now,
    ...(recordFile === undefined ? {} : { onCall: (call) => record(recordFile, call) }),
  });
  const upload = async (name: string, content: Uint8Array) => (await vod.upload(name, content)).fileId;
  server.on("request", createSite({ api, mediaFolder: folder, upload }));

  const functions = new Functions({
    region: REGION,
    appId,
    uin: `1000${randomInt(10 ** 7, 10 ** 8)}`,
    cloudEndpointUrl: endpointUrl,
    node: options.node ?? findNodeRuntime(),
    report,
  });
  const addresses: { close(): Promise<void> }[] = [];

  return {
    endpointUrl,
    appId,
    region: REGION,
    credential: issue(),
    functions,
    assumeRole: () => ({ token: "", ...issue(randomBytes(24).toString("hex")) }),
    async openAddress(namespace, name, shape = "function-url") {
      const invoke = (event: unknown) => functions.invoke(namespace, name, event);
      const gateway = await openGateway({ shape, invoke });
      addresses.push(gateway);
      return gateway.address;
    },
    upload: vod.upload,
    async close() {
      await Promise.all(addresses.map((gateway) => gateway.close()));
      await Promise.all([vod.close(), functions.close()]);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function record(file: string, call: ApiCall): void {
  appendFileSync(file, `${JSON.stringify(call)}\n`);
}

/** Keys of the form that Tencent's have. */
function newKeys(): Credential {
  const letters = (bytes: number) => randomBytes(bytes).toString("hex");
  return { secretId: `AKID${letters(16)}`, secretKey: letters(16) };
}
