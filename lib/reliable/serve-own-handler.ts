import type { MessagePort } from "node:worker_threads";
import type { Config } from "../config";
import { parseConfFile } from "../config/read-config";
import type { CustomHandler } from "../handlers/custom-handler";
import { createLog } from "../log/log";
import { createRedaction } from "../log/redact";
import type { FunctionRuntime } from "../runtime";
import { customSink } from "../sinks/custom";
import { createDeadline } from "../sinks/deadline";
import { failureOf } from "../sinks/deliver";
import { createVod, readClientConfig } from "../tencent-cloud/vod";
import { atRate } from "./rate-limiter";
import type { Answer, Order } from "./worker-messages";

/** Runs the user's own handler for the events that the main thread sends (`isolateHandler`). */
export function serveOwnHandler(
  own: CustomHandler,
  { configFile, env, clock }: FunctionRuntime,
  port: MessagePort,
): void {
  let parsed: Config | undefined;
  const openRedaction = createRedaction(env, () => parsed);
  const turns = new Map<number, () => void>();
  let lastTurn = 0;
  const post = (answer: Answer) => port.postMessage(answer);

  async function run({ id, event, report, leftMs }: Order & { kind: "event" }): Promise<void> {
    const log = createLog((line) => post({ kind: "line", id, line }), openRedaction());
    const deadlineMs = clock.monotonic() + leftMs;
    const deadline = createDeadline(deadlineMs, clock);
    try {
      parsed ??= parseConfFile(configFile);
      const config = parsed;
      // The main thread keeps the rate of the whole run.
      const turn = () =>
        new Promise<void>((resolve) => {
          turns.set(++lastTurn, resolve);
          post({ kind: "turn", id, turn: lastTurn });
        });
      const vod = atRate(
        createVod(() => readClientConfig(config, env), clock),
        {
          run: async (call) => {
            await turn();
            return call();
          },
        },
      );
      const context = { config, log, vod, deadlineMs, clock, requestId: "" };
      await deadline.within(customSink(own, event, () => report, context, deadline.signal).deliver());
      post({ kind: "end", id, failure: undefined });
    } catch (error) {
      post({ kind: "end", id, failure: failureOf(error, log) });
    } finally {
      deadline.clear();
    }
  }

  port.on("message", (order: Order) => {
    if (order.kind === "event") void run(order);
    else if (order.kind === "ping") post({ kind: "pong" });
    else {
      turns.get(order.turn)?.();
      turns.delete(order.turn);
    }
  });
}
