import { rm } from "node:fs/promises";
import { join } from "node:path";
import { unpack } from "./code-folder";
import { handlerContext } from "./context";
import { instanceEnvironment } from "./environment";
import type { FunctionDescription } from "./function";
import { Instance } from "./instance";
import { type Invocation, stopped } from "./invocation";
import type { Platform } from "./platform";
import { type LogLine, RequestLog } from "./request-log";
import type { Workplace } from "./workplace";

export interface DeploymentRequest {
  requestId: string;
  /** JSON text */
  event: string;
  triggerSource: string | undefined;
  /** How many times it was tried before. */
  retryNum: number;
}

/** One deployed version of a function's code and configuration, with its instances. */
export class Deployment {
  /** Resolves when it has been retired, its last instance has gone and its folder was removed. */
  readonly gone: Promise<void>;
  readonly #description: FunctionDescription;
  readonly #platform: Platform;
  readonly #workplace: Workplace;
  readonly #node: string;
  readonly #folder: string;
  readonly #instances = new Set<Instance>();
  #idle: Instance[] = [];
  #retired = false;
  #resolveGone: (value: Promise<void>) => void = () => {};

  /**
   * @param node the executable of its runtime
   * @param folderName under the workplace's root, for this deployment alone
   */
  constructor(
    description: FunctionDescription,
    platform: Platform,
    workplace: Workplace,
    node: string,
    folderName: string,
  ) {
    this.#description = description;
    this.#platform = platform;
    this.#workplace = workplace;
    this.#node = node;
    this.#folder = join(workplace.root, folderName);
    this.gone = new Promise((resolve) => {
      this.#resolveGone = resolve;
    });
  }

  /** To be awaited before the first request. @throws InvalidZip */
  async unpack(): Promise<void> {
    await unpack(this.#description.zip, this.#folder);
  }

  /** Runs one request, on a warm instance if one is free, else on a new one. */
  async run(
    { requestId, event, triggerSource, retryNum }: DeploymentRequest,
    emit: (line: LogLine) => void,
  ): Promise<Invocation> {
    const now = this.#platform.now ?? Date.now;
    const log = new RequestLog(this.#description, { requestId, retryNum, now, emit });
    const instance = this.#take();
    log.start();
    const context = handlerContext(this.#description, this.#platform, requestId);
    const request = { event, context, triggerSource: triggerSource ?? null };
    const settle = this.#platform.disturb?.(this.#description, () => instance.kill());
    const ending = await instance.run(request, this.#description.timeout, (line) => log.write(line));
    settle?.();
    this.#giveBack(instance);
    const { outcome } = ending;
    const invocation: Invocation = {
      requestId,
      ...("json" in outcome ? { result: JSON.parse(outcome.json) } : { error: outcome }),
      durationMs: Math.round(ending.durationMs),
      memoryMb: Math.round(ending.memoryMb * 100) / 100,
    };
    log.end(invocation);
    return invocation;
  }

  /** To take no more requests; what is busy may finish. Resolves when what was idle has gone. */
  async retire(): Promise<void> {
    this.#retired = true;
    const idle = this.#idle.splice(0);
    for (const instance of idle) instance.kill();
    this.#settle();
    await Promise.all(idle.map((instance) => instance.ended));
  }

  /** Kills every instance; the next request gets a new one. @returns how many */
  killInstances(): number {
    const instances = [...this.#instances];
    for (const instance of instances) instance.kill();
    return instances.length;
  }

  /** Like retire, but what is busy is killed; resolves when all has gone. */
  async stop(): Promise<void> {
    this.#retired = true;
    for (const instance of this.#instances) instance.kill(stopped());
    this.#settle();
    await this.gone;
  }

  #take(): Instance {
    const warm = this.#idle.pop();
    return warm?.usable ? warm : this.#start();
  }

  #giveBack(instance: Instance): void {
    if (this.#retired || !instance.usable) instance.kill();
    else this.#idle.push(instance);
  }

  #start(): Instance {
    const description = this.#description;
    const instance = new Instance({
      node: this.#node,
      bootstrap: this.#workplace.bootstrap,
      folder: this.#folder,
      handler: description.handler,
      environment: instanceEnvironment(description, this.#platform, this.#folder),
      memoryMb: description.memorySize,
    });
    this.#instances.add(instance);
    if (instance.pid !== undefined) this.#workplace.keep(instance.pid);
    void instance.ended.then(() => this.#forget(instance));
    return instance;
  }

  #forget(instance: Instance): void {
    if (instance.pid !== undefined) this.#workplace.forget(instance.pid);
    this.#instances.delete(instance);
    this.#idle = this.#idle.filter((other) => other !== instance);
    this.#settle();
  }

  #settle(): void {
    if (this.#retired && this.#instances.size === 0) {
      this.#resolveGone(rm(this.#folder, { recursive: true, force: true }));
    }
  }
}
