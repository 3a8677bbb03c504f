import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { environmentWithoutSecrets } from "../../../lib/log/redact";

export interface BenchCloudOptions {
  /** How many wait in the queue, each of them an event. */
  readonly uploads: number;
  readonly rateLimits: boolean;
  /** What every answer takes. */
  readonly latencyMs: number;
}

/** What a client needs to know of it. */
export interface BenchCloud {
  readonly endpointUrl: string;
  readonly secretId: string;
  readonly secretKey: string;
}

/** Has something done with a local cloud that runs in another process. */
export async function withCloud<Result>(
  options: BenchCloudOptions,
  use: (cloud: BenchCloud) => Promise<Result>,
): Promise<Result> {
  const child = fork(join(__dirname, "cloud-main.ts"), {
    env: environmentWithoutSecrets(),
    execArgv: ["--import", "tsx"],
  });
  const exited = once(child, "exit");
  try {
    child.send(options);
    const [ready]: BenchCloud[] = await Promise.race([
      once(child, "message"),
      exited.then(() => Promise.reject(new Error("The local cloud has ended."))),
    ]);
    if (!ready) throw new Error("The local cloud did not start.");
    return await use(ready);
  } finally {
    if (child.connected) child.disconnect();
    await exited;
  }
}
