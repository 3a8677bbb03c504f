import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { promisify } from "node:util";
import { strToU8, zipSync } from "fflate";
import { CommonClient } from "tencentcloud-sdk-nodejs-common";
import { Client as ScfClient } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_client";
import type {
  CreateFunctionRequest,
  GetFunctionResponse,
} from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import { Client as VodClient } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import { parseConfig } from "../../lib/config/keys";
import { clientConfig } from "../../lib/tencent-cloud/client-config";
import {
  type ApiCall,
  instantTranscoder,
  type LocalCloud,
  type LocalCloudOptions,
  startLocalCloud,
} from "../../local-cloud";
import type { Credential } from "../../local-cloud/api/signature";
import type { LogLine } from "../../local-cloud/scf/runtime/functions";
import { pack } from "../../scripts/build/pack";
import { configDigest } from "../../scripts/cloud/config-digest";
import { DIST, ROOT, readProjectConfig } from "../../scripts/project";
import { FakeClock } from "./clock";
import { slowNode } from "./slow-node";

export const run = promisify(execFile);
export const SAMPLE = readFileSync(join(ROOT, "local-cloud", "sample.mp4"));
export const NAMESPACE = "vod_demo";
export const NAME = "callback";
/** How a request names the function of these tests. */
export const CALLBACK = { Namespace: NAMESPACE, FunctionName: NAME };

/** The oldest one that the bundles are made for; CI runs the end-to-end tests on the newer one too. */
const RUNTIME = process.env["RUNTIME"] || "Nodejs18.15";

const VERSIONS = {
  ...{ cam: "2019-01-16", cls: "2020-10-16", monitor: "2018-07-24", scf: "2018-04-16", vod: "2018-07-17" },
} as const;

/** A code package, as a request has it, whose index.js is the given source. */
export function zipFile(source: string): string {
  return Buffer.from(zipSync({ "index.js": strToU8(source) })).toString("base64");
}

/** What an SDK client is made with, to reach a local cloud. */
function configOf(cloud: LocalCloud, service: string, credential: Credential = cloud.credential) {
  const config = parseConfig({ definitions: [100010], region: cloud.region });
  const environment = { CLOUD_ENDPOINT_URL: cloud.endpointUrl, SECRET_ID: "id", SECRET_KEY: "key" };
  return { ...clientConfig(config, environment, service), credential };
}

/** The SDK's client, sent to a local cloud as the function is. */
export function vodClient(cloud: LocalCloud): VodClient {
  return new VodClient(configOf(cloud, "vod"));
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not there
type Answer = any;

/** Calls actions by their names, as is needed where a service has no SDK package here. */
export function callerOf(cloud: LocalCloud, service: keyof typeof VERSIONS, credential?: Credential) {
  const client = new CommonClient("", VERSIONS[service], configOf(cloud, service, credential));
  return (action: string, params: object): Promise<Answer> => client.request(action, params);
}

/** The code that a call is refused with. */
export async function codeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
    return "no error";
  } catch (error) {
    const { code, message }: { code?: unknown; message?: unknown } = Object(error);
    return code || message;
  }
}

/** A local cloud in this process that needs no ffmpeg, and every API call that arrives. Its timers are the clock's. */
export async function openCloud(clock: FakeClock, options: LocalCloudOptions) {
  const calls: ApiCall[] = [];
  const cloud = await startLocalCloud({
    transcoder: instantTranscoder,
    findNode: slowNode,
    schedule: clock.schedule,
    notificationTimeoutMs: 60_000,
    onCall: (call) => calls.push(call),
    ...options,
  });
  return { cloud, calls };
}

/** A local cloud in this process, the functions in it, and what they log. Its timers run as the clock advances. */
export class TestCloud {
  readonly lines: LogLine[] = [];
  readonly scf: ScfClient;
  readonly vod: VodClient;
  /** Calls SCF. */
  readonly call: ReturnType<typeof callerOf>;

  static async open(options: LocalCloudOptions = {}, clock = new FakeClock(Date.now())): Promise<TestCloud> {
    const { cloud, calls } = await openCloud(clock, options);
    return new TestCloud(cloud, clock, calls);
  }

  private constructor(
    readonly cloud: LocalCloud,
    readonly clock: FakeClock,
    /** Every API call that arrived. */
    readonly calls: ApiCall[],
  ) {
    this.scf = new ScfClient(configOf(cloud, "scf"));
    this.vod = vodClient(cloud);
    this.call = callerOf(cloud, "scf");
    cloud.functions.onLog((line) => this.lines.push(line));
  }

  /** The variables of a user who runs commands. */
  get env(): Record<string, string> {
    const { secretId, secretKey } = this.cloud.credential;
    return {
      SECRET_ID: secretId,
      SECRET_KEY: secretKey,
      CLOUD_ENDPOINT_URL: this.cloud.endpointUrl,
      DEFINITIONS: "100010,100020",
    };
  }

  /** Begins to create a function, in a namespace that is made for it. */
  async create(source: string, changes: Partial<CreateFunctionRequest> = {}): Promise<void> {
    const { Namespaces = [] } = await this.scf.ListNamespaces({});
    if (!Namespaces.some(({ Name }) => Name === NAMESPACE)) {
      await this.scf.CreateNamespace({ Namespace: NAMESPACE });
    }
    await this.scf.CreateFunction({
      ...CALLBACK,
      Runtime: RUNTIME,
      Handler: "index.main_handler",
      Code: { ZipFile: zipFile(source) },
      ...changes,
    });
  }

  /** Creates a function and waits until it can be used. */
  async deploy(source: string, changes: Partial<CreateFunctionRequest> = {}): Promise<GetFunctionResponse> {
    await this.create(source, changes);
    return this.settled(changes.FunctionName ?? NAME);
  }

  /** Deploys a function of this project, as it was built, with the account's keys. */
  async deployBuilt(
    name: "callback" | "reliable" | "retry",
    variables: Record<string, string> = {},
    folder = DIST,
  ): Promise<void> {
    const { zip } = pack([join(folder, name)]);
    await this.deploy("", {
      FunctionName: name,
      Timeout: 120,
      Code: { ZipFile: Buffer.from(zip).toString("base64") },
      Environment: this.environment(name, variables),
      AutoCreateClsTopic: "TRUE",
      AutoDeployClsTopicIndex: "TRUE",
    });
  }

  environment(name: string, variables: Record<string, string> = {}) {
    const { SECRET_ID = "", SECRET_KEY = "" } = this.env;
    const CONFIG_DIGEST = configDigest(parseConfig(readProjectConfig(this.env)));
    const all = { VOD_RECEIVER: name, SECRET_ID, SECRET_KEY, CONFIG_DIGEST, ...variables };
    return {
      Variables: Object.entries(all).flatMap(([Key, Value]) => (Value === "" ? [] : [{ Key, Value }])),
    };
  }

  /** The function once no change is going on. */
  async settled(FunctionName = NAME): Promise<GetFunctionResponse> {
    for (;;) {
      const answer = await this.scf.GetFunction({ ...CALLBACK, FunctionName });
      if (!["Creating", "Updating"].includes(answer.Status ?? "")) return answer;
      await turn();
    }
  }

  async invoke(event: unknown = {}, more: object = {}) {
    const ClientContext = JSON.stringify(event);
    const { Result = {} } = await this.scf.Invoke({ ...CALLBACK, ClientContext, ...more });
    return Result;
  }

  /** Stores a file, of which no notification is sent: the test does. */
  async upload(name = "a.mp4", sourceType?: string): Promise<string> {
    const { fileId } = await this.cloud.upload(name, Buffer.from("a film"), sourceType);
    return fileId;
  }

  /** Resolves when a line has been logged that matches. */
  line = (pattern: RegExp): Promise<string> => this.lineWhere(({ text }) => pattern.test(text));

  lineWhere(matches: (line: LogLine) => boolean): Promise<string> {
    return new Promise((resolve) => {
      const found = this.lines.find(matches);
      if (found) return resolve(found.text);
      const stop = this.cloud.functions.onLog((line) => {
        if (!matches(line)) return;
        stop();
        resolve(line.text);
      });
    });
  }

  started(fileId: string): number {
    return this.cloud.tasksStarted().get(fileId) ?? 0;
  }

  /** All that a function wrote itself. */
  own(name: string): string[] {
    return this.lines
      .filter(({ functionName, isPlatform }) => functionName === name && !isPlatform)
      .map(({ text }) => text);
  }
}

export const uploadOf = (fileId: string) => ({
  EventType: "NewFileUpload",
  FileUploadEvent: { FileId: fileId },
});

/** Posts a notification as VOD does, with a content type that is not that of JSON. */
export async function post(address: string, notification: unknown) {
  const response = await fetch(address, {
    method: "POST",
    body: JSON.stringify(notification),
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });
  return { status: response.status, body: await response.text(), headers: response.headers };
}
