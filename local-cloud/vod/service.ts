import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import type { EventContent } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { defineService, type Service } from "../api/service";
import { EventConfig } from "./event-config";
import { EventQueue, type QueueOptions } from "./event-queue";
import { fileUploadTask, type Media, MediaLibrary } from "./media-library";
import { describeMediaInfos, searchMedia } from "./media-queries";
import { Notifier } from "./notifier";
import { describeTaskDetail, describeTasks } from "./task-queries";
import { Tasks } from "./tasks";
import { findTranscoder, type Transcoder } from "./transcode";

export interface VodOptions extends QueueOptions {
  readonly appId: string;
  /** Where media are kept, and the address under which that folder is served. */
  readonly folder: string;
  readonly mediaUrl: string;
  /** ffmpeg's by default. */
  readonly transcoder: Transcoder | undefined;
  readonly report: (line: string) => void;
  /** How long the receiver of a notification has for its answer. */
  readonly notificationTimeoutMs: number;
}

/** VOD: a media library, task flows, and events of both. */
export interface Vod {
  readonly service: Service;
  /** Stores a file as the console's upload does, and tells of it by `NewFileUpload`. */
  upload(fileName: string, content: Uint8Array, sourceType?: string): Promise<Media>;
  /**
   * Tells of an event by the configured mode, if its kind is switched on. Resolves when the event is in the
   * queue, or when the callback's receiver had its chances.
   */
  notify(event: EventContent): Promise<void>;
  /** How many events of the queue are not confirmed yet. */
  queuedEvents(): number;
  /** How many task flows were started for each FileId. */
  tasksStarted(): ReadonlyMap<string, number>;
  /** Stops all work that is going on. */
  close(): Promise<void>;
}

export async function createVod(options: VodOptions): Promise<Vod> {
  const { appId, now, report, transcoder = await findTranscoder() } = options;
  report(transcoder.description);
  const config = new EventConfig();
  const queue = new EventQueue(options);
  const notifier = new Notifier({ config, report, now, timeoutMs: options.notificationTimeoutMs });
  const notify = async (event: EventContent): Promise<void> => {
    const off = config.switchedOff(event.EventType);
    if (off !== undefined)
      return report(`${event.EventType} is not sent: ${off} is OFF (ModifyEventConfig).`);
    if (config.describe().Mode === "PULL") queue.add(event);
    else await notifier.send(event);
  };
  const library = new MediaLibrary(options.folder, options.mediaUrl, now, transcoder.readMetaData);
  const tasks = new Tasks({
    appId,
    library,
    transcoder,
    now,
    onFinish: (task) => notify({ EventType: "ProcedureStateChanged", ProcedureStateChangeEvent: task }),
  });
  return {
    service: defineService<Client>("vod", {
      ProcessMedia: (request) => tasks.processMedia(request),
      ModifyEventConfig: (request) => {
        config.modify(request);
        return {};
      },
      DescribeEventConfig: () => config.describe(),
      PullEvents: (_request, _caller, gone) => queue.pull(gone),
      ConfirmEvents: ({ EventHandles }) => {
        queue.confirm(EventHandles);
        return {};
      },
      DescribeEventsState: () => ({ CountOfEventsToPull: queue.countOfEventsToPull() }),
      DescribeTasks: (request) => describeTasks(request, tasks.recent()),
      DescribeTaskDetail: (request) => describeTaskDetail(request, tasks.recent()),
      DescribeMediaInfos: (request) => describeMediaInfos(request, library),
      SearchMedia: (request) => searchMedia(request, library),
    }),
    async upload(fileName, content, sourceType) {
      const media = await library.add(fileName, content, sourceType);
      void notify({ EventType: "NewFileUpload", FileUploadEvent: fileUploadTask(media) });
      return media;
    },
    notify,
    queuedEvents: () => queue.size(),
    tasksStarted: () => tasks.started(),
    async close() {
      queue.close();
      notifier.close();
      await tasks.close();
    },
  };
}
