import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import { defineService, type Service } from "../api/service";
import { EventConfig } from "./event-config";
import { fileUploadTask, type Media, MediaLibrary } from "./media-library";
import { Notifier } from "./notifier";
import { Tasks } from "./tasks";
import { findTranscoder } from "./transcode";

export interface VodOptions {
  readonly appId: string;
  /** Where media are kept, and the address under which that folder is served. */
  readonly folder: string;
  readonly mediaUrl: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly report: (line: string) => void;
  /** How long the receiver of a notification has for its answer. */
  readonly notificationTimeoutMs: number;
}

/** VOD: a media library, task flows, and notifications of both. */
export interface Vod {
  readonly service: Service;
  /** Stores a file as the console's upload does, and sends its `NewFileUpload`. */
  upload(fileName: string, content: Uint8Array): Promise<Media>;
  /** Stops all work that is going on. */
  close(): Promise<void>;
}

export async function createVod(options: VodOptions): Promise<Vod> {
  const { appId, now, report } = options;
  const transcoder = await findTranscoder();
  report(transcoder.description);
  const config = new EventConfig();
  const notifier = new Notifier({ config, report, now, timeoutMs: options.notificationTimeoutMs });
  const library = new MediaLibrary(options.folder, options.mediaUrl, now);
  const tasks = new Tasks({
    appId,
    library,
    transcoder,
    now,
    onFinish: (task) =>
      notifier.send({ EventType: "ProcedureStateChanged", ProcedureStateChangeEvent: task }),
  });
  return {
    service: defineService<Client>("vod", {
      ProcessMedia: (request) => tasks.processMedia(request),
      ModifyEventConfig: (request) => {
        config.modify(request);
        return {};
      },
      DescribeEventConfig: () => config.describe(),
    }),
    async upload(fileName, content) {
      const media = await library.add(fileName, content);
      void notifier.send({ EventType: "NewFileUpload", FileUploadEvent: fileUploadTask(media) });
      return media;
    },
    async close() {
      notifier.close();
      await tasks.close();
    },
  };
}
