import { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import { parseConfig } from "../../lib/config/keys";
import type { HandlerContext } from "../../lib/handlers/context";
import type { Vod } from "../../lib/tencent-cloud/vod";
import { FIVE_FIELDS } from "./callback";
import { FakeClock, NOW } from "./clock";
import { recordedLog } from "./recorded-log";

export const DEADLINE_MS = NOW + 3000;
/** The id of the request that a handler works for. */
export const HANDLED_REQUEST_ID = "12121212-3434-5656-7878-909090909090";

type ProcessMedia = Vod["processMedia"];

/** What a handler gets, with a VOD that does as the test says, and the log's lines. */
export function handlerContext(processMedia: ProcessMedia, config: Readonly<Record<string, unknown>> = {}) {
  const { log, lines } = recordedLog();
  const vod: Vod = {
    processMedia,
    call(use, deadlineMs) {
      const client = new Client({ credential: {} });
      client.ProcessMedia = (request) => processMedia(request, deadlineMs);
      return use(client);
    },
  };
  const context: HandlerContext = {
    config: parseConfig({ ...FIVE_FIELDS, ...config }),
    log,
    vod,
    deadlineMs: DEADLINE_MS,
    clock: new FakeClock(),
    requestId: HANDLED_REQUEST_ID,
  };
  return { context, lines };
}

/** For handlers that have no business with VOD. */
export const noCalls = (): never => {
  throw new Error("no API call was expected");
};
