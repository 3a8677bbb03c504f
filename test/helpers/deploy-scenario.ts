import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import type { Environment } from "../../lib/config";
import type { ApiCall, LocalCloud, LocalCloudOptions } from "../../local-cloud";
import type { Checkout, Scripts } from "./checkout";
import { FakeClock } from "./clock";
import { callerOf, openCloud } from "./test-cloud";

/** What became of a command: the lines it printed, without their times, and why it failed if it did. */
export interface Outcome {
  readonly lines: readonly string[];
  readonly failure: string | undefined;
}

/**
 * A local cloud in this process, and a customer who runs the commands of a checkout against it. The commands'
 * clock and the cloud's timers stand still: a test advances them, or has the commands' pauses do so.
 */
export class DeployScenario {
  /** All that any command printed. */
  readonly output: string[] = [];

  static async open(checkout: Checkout, options: LocalCloudOptions = {}): Promise<DeployScenario> {
    // Also if Jest runs on one: only `onTerminal` answers prompts.
    process.stdin.isTTY = false;
    const clock = new FakeClock(Date.now());
    clock.isPassing = false;
    const { cloud, calls } = await openCloud(clock, options);
    return new DeployScenario(cloud, calls, clock, checkout.scripts());
  }

  private constructor(
    readonly cloud: LocalCloud,
    /** Every API call that arrived. */
    readonly calls: ApiCall[],
    readonly clock: FakeClock,
    private readonly scripts: Scripts,
  ) {}

  /** The variables of the customer. */
  get env(): Record<string, string> {
    const { credential, appId, endpointUrl } = this.cloud;
    return {
      SECRET_ID: credential.secretId,
      SECRET_KEY: credential.secretKey,
      APPID: appId,
      CLOUD_ENDPOINT_URL: endpointUrl,
    };
  }

  deploy = (env: Environment = {}) => this.#run((all) => this.scripts.deploy(all, this.clock), env);
  /** Several deployments at the same time. */
  deployAll = (installations: readonly Environment[]) =>
    this.#run((all) => {
      const deployOne = (one: Environment) => this.scripts.deploy({ ...all, ...one }, this.clock);
      return Promise.all(installations.map(deployOne));
    }, {});
  info = (env: Environment = {}) => this.#run(this.scripts.printInfo, env);
  logs = (env: Environment = {}, options = {}) =>
    this.#run((all) => this.scripts.printLogs(all, { since: "10m", ...options }), env);
  remove = (env: Environment = {}, options = {}) =>
    this.#run((all) => this.scripts.remove(all, { yes: true, ...options }), env);
  eventConfig = (options = {}, env: Environment = {}) =>
    this.#run((all) => this.scripts.eventConfig(all, options, this.clock), env);

  /** Its outcome fails where the command line's exit code would be 1. */
  doctor = (env: Environment = {}) =>
    this.#run(async (all) => {
      if (!(await this.scripts.doctor(all))) throw new Error("exit code 1");
    }, env);

  /** The calls that may have changed something, as service:action, since the last time this was asked. */
  writes(): string[] {
    return this.calls
      .splice(0)
      .filter(({ action }) => !/^(Get|List|Describe|Search)/.test(action))
      .map(({ service, action }) => `${service}:${action}`);
  }

  call = (service: "cam" | "cls" | "scf" | "vod", action: string, params: object = {}) =>
    callerOf(this.cloud, service)(action, params);

  /** The function as the cloud has it. */
  async function(FunctionName = "callback") {
    return await this.call("scf", "GetFunction", { Namespace: "vod_demo", FunctionName });
  }

  async variables(name?: string): Promise<Record<string, string>> {
    const { Environment } = await this.function(name);
    const pairs: { Key: string; Value: string }[] = Environment.Variables;
    return Object.fromEntries(pairs.map(({ Key, Value }) => [Key, Value]));
  }

  async #run(command: (env: Environment) => Promise<unknown>, changes: Environment): Promise<Outcome> {
    const lines: string[] = [];
    const keep = (text: unknown) => {
      this.output.push(String(text));
      lines.push(...withoutTimes(String(text)));
    };
    const spies = [jest.spyOn(console, "log"), jest.spyOn(console, "error")];
    for (const spy of spies) spy.mockImplementation(keep);
    try {
      await command({ ...this.env, ...changes });
      return { lines, failure: undefined };
    } catch (error) {
      const failure = this.scripts.explain(error);
      this.output.push(failure);
      return { lines, failure };
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  }
}

/** A command's output without times and without colours. */
export function withoutTimes(text: string): string[] {
  return (
    text
      .trimEnd()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are made of them
      .replace(/\x1b\[\d+m/g, "")
      .split("\n")
      .map((line) => line.replace(/^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] /, ""))
  );
}

/** The role that a deployment with default names makes. */
export const ROLE = "vod_receiver_ap-guangzhou_callback_0edc23e7";

/** The lines that every deployment ends with, as docs/reference.md#installer-output has them. */
export const LINES = [
  "Start configuring SCF.",
  "SCF configuration is completed.",
  "Start deploying the event notification receipt service of VOD.",
  "The event notification receipt service of VOD is deployed.",
  expect.stringMatching(/^Service address: https?:\/\/\S+\/[A-Za-z][A-Za-z0-9]{31}$/),
];

/** The address in the last line. */
export function addressIn({ lines, failure }: Outcome): string {
  const [, address] = /^Service address: (\S+)$/.exec(lines.at(-1) ?? "") ?? [];
  if (address) return address;
  throw new Error(`There is no address: ${[...lines, failure].join("\n")}`);
}

/** Asks a deployed function as the installer's self-test does. */
export async function answers(address: string): Promise<boolean> {
  const Nonce = 20260101;
  const response = await fetch(address, {
    method: "POST",
    body: JSON.stringify({ EventType: "InstallerSelfTest", Nonce }),
  });
  const { Nonce: returned }: { Nonce?: unknown } = Object(await response.json());
  return response.status === 200 && returned === Nonce;
}

/** A finished process. */
export interface Finished {
  readonly code: number | string | null;
  readonly output: string;
}

/** Runs `./vod-receiver` of a checkout with nothing but these variables, and waits for its end. */
export function runCommand(
  checkout: Checkout,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Finished> {
  return new Promise((resolve) => {
    const PATH = process.env["PATH"] ?? "";
    const options = { env: { PATH, ...env }, cwd: tmpdir() };
    execFile(checkout.path("vod-receiver"), args, options, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? error.signal ?? null) : 0, output: stdout + stderr });
    });
  });
}
