import { randomUUID } from "node:crypto";
import { Deployment } from "./deployment";
import type { FunctionDescription } from "./function";
import {
  concurrencyExceeded,
  type Failure,
  functionNotFound,
  type Invocation,
  requestTooLarge,
} from "./invocation";
import { PAYLOAD_LIMIT } from "./limits";
import { describeNodeRuntime, findNodeRuntime, isRuntime, RUNTIMES, type Runtime } from "./node-runtime";
import type { Platform } from "./platform";
import type { LogLine } from "./request-log";
import { openWorkplace, type Workplace } from "./workplace";

export { InvalidZip } from "./code-folder";
export type { FunctionDescription } from "./function";
export type { Invocation } from "./invocation";
export type { Platform } from "./platform";
export type { LogLine } from "./request-log";

export interface InvokeOptions {
  /** The trigger's kind, which the handler finds in TRIGGER_SRC. */
  triggerSource?: string;
  /** The id that a gateway has already passed to the function; a new one if absent. */
  requestId?: string;
  /** How many times an asynchronous request was tried before. */
  retryNum?: number;
}

/** A request of a function that is there, after it ended. */
export interface HandledRequest {
  readonly namespace: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  /** How many requests the function was handling when this one came, with this one unless it was refused. */
  readonly concurrent: number;
  readonly invocation: Invocation;
}

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

/** The functions of one account and region, and the processes that run them. */
export class Functions {
  readonly #platform: Platform;
  readonly #listeners = new Set<(line: LogLine) => void>();
  readonly #requestListeners = new Set<(request: HandledRequest) => void>();
  readonly #current = new Map<string, Deployment>();
  readonly #deployments = new Set<Deployment>();
  readonly #deploying = new Set<Promise<void>>();
  readonly #limits = new Map<string, number>();
  readonly #running = new Map<string, number>();
  readonly #nodes = new Map<Runtime, string>();
  #workplace: Promise<Workplace> | undefined;
  #deployed = 0;
  #closed = false;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /**
   * Creates a function or replaces it; requests that run finish on the old version.
   * @throws InvalidZip, or an Error for a runtime that is not there
   */
  async deploy(description: FunctionDescription): Promise<void> {
    const deploying = this.#deploy(description);
    this.#deploying.add(deploying);
    try {
      await deploying;
    } finally {
      this.#deploying.delete(deploying);
    }
  }

  async #deploy(description: FunctionDescription): Promise<void> {
    const { runtime } = description;
    if (!isRuntime(runtime)) {
      throw new Error(`The local cloud has only ${RUNTIMES.join(" and ")}, not ${runtime}.`);
    }
    const workplace = await this.#open();
    const node = this.#nodeOf(runtime);
    this.#deployed += 1;
    const folder = `code-${this.#deployed}`;
    const deployment = new Deployment(description, this.#platform, workplace, node, folder);
    this.#track(deployment);
    try {
      await deployment.unpack();
      this.#refuseIfClosed();
    } catch (error) {
      await deployment.retire();
      throw error;
    }
    const key = keyOf(description.namespace, description.name);
    const old = this.#current.get(key);
    this.#current.set(key, deployment);
    await old?.retire();
  }

  /** Removes a function; running requests finish. A function that does not exist is not an error. */
  async remove(namespace: string, name: string): Promise<void> {
    const key = keyOf(namespace, name);
    const deployment = this.#current.get(key);
    this.#current.delete(key);
    await deployment?.retire();
  }

  /**
   * Runs one request and resolves with its result, also if the function fails.
   * @param event anything that JSON can hold, 6 MB at most
   */
  async invoke(
    namespace: string,
    name: string,
    event: unknown,
    { triggerSource, requestId = randomUUID(), retryNum = 0 }: InvokeOptions = {},
  ): Promise<Invocation> {
    this.#refuseIfClosed();
    const refuse = (error: Failure): Invocation => ({ requestId, error, durationMs: 0, memoryMb: 0 });
    const key = keyOf(namespace, name);
    const deployment = this.#current.get(key);
    if (!deployment) return refuse(functionNotFound(namespace, name));
    const json = JSON.stringify(event) ?? "null";
    const bytes = Buffer.byteLength(json);
    if (bytes > PAYLOAD_LIMIT) return refuse(requestTooLarge(bytes));
    const running = this.#running.get(key) ?? 0;
    const most = this.#limits.get(key) ?? Number.POSITIVE_INFINITY;
    const startMs = this.#platform.now?.() ?? Date.now();
    const ended = (invocation: Invocation, concurrent: number): Invocation => {
      const request = { namespace, name, startMs, concurrent, invocation };
      for (const listener of this.#requestListeners) listener(request);
      return invocation;
    };
    if (running >= most) return ended(refuse(concurrencyExceeded(most)), running);
    this.#running.set(key, running + 1);
    try {
      const invocation = await deployment.run({ requestId, event: json, triggerSource, retryNum }, (line) => {
        for (const listener of this.#listeners) listener(line);
      });
      return ended(invocation, running + 1);
    } finally {
      this.#running.set(key, (this.#running.get(key) ?? 1) - 1);
    }
  }

  /** Bounds how many requests a function handles at a time; undefined takes the bound away. */
  limit(namespace: string, name: string, most: number | undefined): void {
    if (most === undefined) this.#limits.delete(keyOf(namespace, name));
    else this.#limits.set(keyOf(namespace, name), most);
  }

  /** Reports every request that ends, also those that were rejected because no instance was free. */
  onRequest(listener: (request: HandledRequest) => void): void {
    this.#requestListeners.add(listener);
  }

  /** @returns ends the listening */
  onLog(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Kills the instances of all functions, also busy ones. @returns how many */
  killInstances(): number {
    return [...this.#current.values()].reduce((sum, deployment) => sum + deployment.killInstances(), 0);
  }

  /** Kills every instance, also busy ones (their requests end with 438), and removes all folders. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#current.clear();
    await Promise.allSettled(this.#deploying);
    await Promise.all([...this.#deployments].map((deployment) => deployment.stop()));
    await (await this.#workplace)?.close();
    this.#workplace = undefined;
  }

  async #open(): Promise<Workplace> {
    this.#refuseIfClosed();
    this.#workplace ??= openWorkplace();
    return await this.#workplace;
  }

  /** The Node.js executable of a runtime. */
  #nodeOf(runtime: Runtime): string {
    const known = this.#nodes.get(runtime);
    if (known !== undefined) return known;
    const { findNode = findNodeRuntime } = this.#platform;
    const found = findNode(runtime);
    this.#nodes.set(runtime, found.executable);
    this.#platform.report(describeNodeRuntime(runtime, found));
    return found.executable;
  }

  #track(deployment: Deployment): void {
    this.#deployments.add(deployment);
    void deployment.gone.then(() => this.#deployments.delete(deployment));
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw new Error("The local cloud is closed");
  }
}
