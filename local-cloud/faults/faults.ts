import { ApiError } from "../api/error";
import type { CheckedCall, Intercept } from "../api/interception";
import type { Schedule } from "../schedule";
import { type CallRule, type Duration, type FaultRules, parseFaultRules, type Rules } from "./fault-rules";
import { randomNumbers, seedFrom } from "./random";

/** What a rule remembers of one action, or of one function. */
interface RuleState {
  readonly random: () => number;
  /** Until when the calls with a value of its parameter are hit. */
  readonly untilMs: Map<unknown, number>;
  second: number;
  callsInSecond: number;
}

/** Makes API calls slow or fail, and kills instances, by rules that can be replaced at any time. */
export class Faults {
  /** How many calls have failed so far. */
  failedCalls = 0;
  #rules: Rules = parseFaultRules({});
  readonly #states = new Map<string, RuleState>();

  constructor(private readonly time: { readonly now: () => number; readonly schedule: Schedule }) {}

  get rules(): Rules {
    return this.#rules;
  }

  /** Replaces all rules; chance and counts begin anew. @throws {FaultRulesError} */
  replace(rules: FaultRules): void {
    this.#rules = parseFaultRules(rules);
    this.#states.clear();
  }

  /** To be asked for every call that would be performed. */
  readonly intercept: Intercept = async (call) => {
    const hits = this.#rules.calls.filter((rule, index) => this.#hits(rule, index, call));
    const latencyMs = hits.reduce((sum, { latencyMs = 0 }) => sum + this.#draw(latencyMs, call), 0);
    if (latencyMs > 0) await new Promise<void>((resolve) => this.time.schedule(latencyMs, resolve));
    const failure = hits.find((rule) => rule.latencyMs === undefined);
    if (!failure) return undefined;
    this.failedCalls += 1;
    if (failure.cut) return failure.cut === "before" ? "cut before" : "cut after";
    const { error = "RequestLimitExceeded", message = "A fault rule of the local cloud rejects the call." } =
      failure;
    return new ApiError(error, message);
  };

  /**
   * Kills the instance of a request if a rule hits it.
   * @returns to be called when the request has ended
   */
  disturb(
    { namespace, name }: { readonly namespace: string; readonly name: string },
    kill: () => void,
  ): () => void {
    const cancels = this.#rules.instances.flatMap((rule, index) => {
      if ((rule.namespace ?? namespace) !== namespace || (rule.function ?? name) !== name) return [];
      const { random } = this.#state(`instances ${index} ${namespace}/${name}`);
      return random() < rule.share ? [this.time.schedule(between(rule.afterMs, random), kill)] : [];
    });
    return () => {
      for (const cancel of cancels) cancel();
    };
  }

  #hits(rule: CallRule, index: number, { service, action, params }: CheckedCall): boolean {
    if ((rule.service ?? service) !== service || (rule.action ?? action) !== action) return false;
    const state = this.#state(`calls ${index} ${service}:${action}`);
    const now = this.time.now();
    if (rule.maxPerSecond !== undefined && countInSecond(state, now) <= rule.maxPerSecond) return false;
    if (rule.by === undefined) return state.random() < rule.share;
    const value: unknown = Object(params)[rule.by];
    const until = state.untilMs.get(value) ?? (state.random() < rule.share ? now + (rule.lastsMs ?? 0) : now);
    state.untilMs.set(value, until);
    return now < until;
  }

  #draw(latencyMs: Duration, { service, action }: CheckedCall): number {
    return between(latencyMs, this.#state(`latency ${service}:${action}`).random);
  }

  /** Chance of its own for each rule and action, so that the order of other calls does not matter. */
  #state(key: string): RuleState {
    const known = this.#states.get(key);
    if (known) return known;
    const random = randomNumbers(seedFrom(`${this.#rules.seed} ${key}`));
    const state = { random, untilMs: new Map(), second: 0, callsInSecond: 0 };
    this.#states.set(key, state);
    return state;
  }
}

function countInSecond(state: RuleState, nowMs: number): number {
  const second = Math.floor(nowMs / 1000);
  if (second !== state.second) state.callsInSecond = 0;
  state.second = second;
  state.callsInSecond += 1;
  return state.callsInSecond;
}

function between(duration: Duration, random: () => number): number {
  if (typeof duration === "number") return duration;
  const [from, to] = duration;
  return from + random() * (to - from);
}
