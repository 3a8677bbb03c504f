import { spawnSync } from "node:child_process";
import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import type { EventContent } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from "../../local-cloud";
import { run, vodClient } from "./test-cloud";

/** A developer's machine may do without ffmpeg; where CI runs, a missing tool is a failure. */
export const HAS_FFMPEG = process.env["CI"] !== undefined || spawnSync("ffmpeg", ["-version"]).status === 0;

/** A local cloud whose VOD keeps every event for PullEvents. */
export class VodStage {
  static async open(options: LocalCloudOptions = {}, SubAppId = 0): Promise<VodStage> {
    const cloud = await startLocalCloud({ rateLimits: false, ...options });
    const stage = new VodStage(cloud, vodClient(cloud), SubAppId);
    await stage.vod.ModifyEventConfig({
      ...{ SubAppId, Mode: "PULL", UploadMediaCompleteEventSwitch: "ON" },
      DeleteMediaCompleteEventSwitch: "ON",
    });
    return stage;
  }

  /** Every event that was pulled. */
  readonly received: EventContent[] = [];
  private taken = 0;

  private constructor(
    readonly cloud: LocalCloud,
    readonly vod: Client,
    private readonly SubAppId: number,
  ) {}

  /** The next event of a type; those before it are passed over. */
  async next(eventType: string): Promise<EventContent> {
    for (;;) {
      const event = this.received[this.taken];
      if (event) this.taken += 1;
      if (event?.EventType === eventType) return event;
      if (event) continue;
      const { SubAppId } = this;
      const { EventSet } = await this.vod.PullEvents({ SubAppId });
      const pulled = EventSet ?? [];
      const EventHandles = pulled.flatMap(({ EventHandle }) => EventHandle ?? []);
      // Else they would come back after thirty seconds.
      if (EventHandles.length > 0) await this.vod.ConfirmEvents({ SubAppId, EventHandles });
      this.received.push(...pulled);
    }
  }
}

/** What ffprobe reports of a file, as a list of `key=value` lines. */
export async function probe(file: string, ...options: string[]): Promise<string[]> {
  const { stdout } = await run("ffprobe", ["-v", "error", ...options, "-of", "default=nw=1", file]);
  return stdout.trim().split("\n");
}

/** Makes a video of a test picture and, unless it is silent, a tone. */
export async function makeVideo(file: string, size: string, seconds: number, silent = false): Promise<void> {
  const picture = ["-f", "lavfi", "-i", `testsrc=size=${size}:rate=4:duration=${seconds}`];
  const tone = silent ? [] : ["-f", "lavfi", "-i", `sine=duration=${seconds}`];
  await run("ffmpeg", ["-v", "error", "-y", ...picture, ...tone, "-pix_fmt", "yuv420p", file]);
}
