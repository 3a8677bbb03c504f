import { setImmediate as turn } from "node:timers/promises";
import { strToU8, zipSync } from "fflate";
import { CommonClient } from "tencentcloud-sdk-nodejs-common";
import { Client as ScfClient } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_client";
import type {
  CreateFunctionRequest,
  GetFunctionResponse,
} from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import { parseConfig } from "../../lib/config";
import { clientConfig } from "../../lib/tencent-cloud/client-config";
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from "../../local-cloud";
import type { Credential } from "../../local-cloud/api/signature";

export const NAMESPACE = "vod_demo";
export const NAME = "callback";
/** How a request names the function of these tests. */
export const CALLBACK = { Namespace: NAMESPACE, FunctionName: NAME };

const VERSIONS = {
  ...{ cam: "2019-01-16", cls: "2020-10-16", monitor: "2018-07-24", scf: "2018-04-16", vod: "2018-07-17" },
} as const;

/** A code package, as a request has it, whose index.js is the given source. */
export function zipFile(source: string): string {
  return Buffer.from(zipSync({ "index.js": strToU8(source) })).toString("base64");
}

/** What an SDK client is made with, to reach a local cloud. */
function configOf(cloud: LocalCloud, credential: Credential = cloud.credential) {
  const config = parseConfig({ definitions: [100010], region: cloud.region });
  const environment = { CLOUD_ENDPOINT_URL: cloud.endpointUrl, SECRET_ID: "id", SECRET_KEY: "key" };
  return { ...clientConfig(config, environment), credential };
}

function scfClient(cloud: LocalCloud): ScfClient {
  return new ScfClient(configOf(cloud));
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not there
type Answer = any;

/** Calls actions by their names, as is needed where a service has no SDK package here. */
export function callerOf(cloud: LocalCloud, service: keyof typeof VERSIONS, credential?: Credential) {
  const config = configOf(cloud, credential);
  const client = new CommonClient(`${service}.tencentcloudapi.com`, VERSIONS[service], config);
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

/** A local cloud and an SDK client of SCF, with short ways to deploy. */
export class Stage {
  static async open(options: LocalCloudOptions = {}): Promise<Stage> {
    return new Stage(await startLocalCloud(options));
  }

  readonly scf: ScfClient;

  private constructor(readonly cloud: LocalCloud) {
    this.scf = scfClient(cloud);
  }

  /** Begins to create the function, in a namespace that is made for it. */
  async create(source: string, changes: Partial<CreateFunctionRequest> = {}): Promise<void> {
    const { Namespaces = [] } = await this.scf.ListNamespaces({});
    if (!Namespaces.some(({ Name }) => Name === NAMESPACE)) {
      await this.scf.CreateNamespace({ Namespace: NAMESPACE });
    }
    await this.scf.CreateFunction({
      ...CALLBACK,
      Runtime: "Nodejs18.15",
      Handler: "index.main_handler",
      Code: { ZipFile: zipFile(source) },
      ...changes,
    });
  }

  /** Creates the function and waits until it can be used. */
  async deploy(source: string, changes: Partial<CreateFunctionRequest> = {}): Promise<GetFunctionResponse> {
    await this.create(source, changes);
    return this.settled(changes.FunctionName ?? NAME);
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
}

/** A clock that stands still until it is told to go on, for a local cloud that waits by it. */
export class HandClock {
  readonly started = Date.now();
  waiting: { delayMs: number; run: () => void }[] = [];
  #now = this.started;
  readonly options: Required<Pick<LocalCloudOptions, "now" | "schedule">> = {
    now: () => this.#now,
    schedule: (delayMs, run) => {
      const entry = { delayMs, run };
      this.waiting.push(entry);
      return () => {
        this.waiting = this.waiting.filter((other) => other !== entry);
      };
    },
  };

  /** Goes on to what was scheduled first, and has it run. */
  pass(): void {
    const next = this.waiting.shift();
    this.#now += next?.delayMs ?? 0;
    next?.run();
  }
}
