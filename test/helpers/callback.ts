import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCallback } from "../../functions/callback/callback";
import type { Clock } from "../../lib/clock";
import type { Environment } from "../../lib/config";
import type { GatewayResponse } from "../../lib/http/gateway";
import { FakeClock } from "./clock";

const folder = mkdtempSync(join(tmpdir(), "vod-receiver-test-"));
let files = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file of its own for each call; an object is written as JSON. */
export function configFile(content: unknown): string {
  files += 1;
  const file = join(folder, `config-${files}.json`);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

/** The five fields of Tencent's sample. */
export const FIVE_FIELDS = {
  secret_id: "AKIDconfig",
  secret_key: "config-key",
  region: "ap-guangzhou",
  definitions: [100010, 100020],
  subappid: 0,
};

/** What SCF's context has that the function reads. */
export const CONTEXT = { request_id: "99999999-8888-7777-6666-555555555555", time_limit_in_ms: 10_000 };

export interface OpenOptions {
  /** Added to the five fields, or the whole text of the file. */
  readonly config?: Readonly<Record<string, unknown>> | string;
  readonly env?: Environment;
  readonly clock?: Clock;
}

/** A callback with a configuration file, an environment, a clock and a log of the test's own. */
export function openCallback({ config = {}, env = {}, clock = new FakeClock() }: OpenOptions = {}) {
  const lines: string[] = [];
  const handle = createCallback({
    configFile: configFile(typeof config === "string" ? config : { ...FIVE_FIELDS, ...config }),
    env,
    clock,
    write: (line) => lines.push(line),
  });
  return {
    lines,
    handle: (event: unknown, context: unknown = CONTEXT): Promise<GatewayResponse> => handle(event, context),
  };
}

/** Checks a response as the gateways do: its members, their types, and that it is JSON. */
export function expectIntegratedResponse(response: GatewayResponse): void {
  expect(JSON.parse(JSON.stringify(response))).toEqual({
    isBase64Encoded: false,
    statusCode: expect.any(Number),
    headers: expect.objectContaining({ "Content-Type": expect.stringContaining("charset=utf-8") }),
    body: expect.any(String),
  });
  for (const value of Object.values(response.headers)) expect(typeof value).toBe("string");
}
