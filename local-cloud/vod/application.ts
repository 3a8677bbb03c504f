import type {
  EventContent,
  FileUploadTask,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { EventConfig } from "./event-config";
import { EventQueue, type QueueOptions } from "./event-queue";
import {
  basicInfo,
  type Content,
  isoTime,
  type Media,
  type MediaDetails,
  MediaLibrary,
} from "./media-library";
import { Notifier, type SentNotification } from "./notifier";
import type { ObjectStorage } from "./object-storage";
import { PullUploads } from "./pull-uploads";
import { Tasks } from "./tasks";
import type { Transcoder } from "./transcode";
import { type FollowUp, Uploads } from "./uploads";

export interface ApplicationOptions extends QueueOptions {
  readonly appId: string;
  /** The folder of the media, and the address that serves it. */
  readonly mediaFolder: string;
  readonly mediaUrl: string;
  readonly storage: ObjectStorage;
  readonly transcoder: Transcoder;
  readonly report: (line: string) => void;
  /** How long the receiver of a notification has for its answer. */
  readonly notificationTimeoutMs: number;
  /** Whether ProcedureStateChanged has the task flow's own ErrCode and Message. */
  readonly procedureStatus: boolean;
  readonly onNotification: (notification: SentNotification) => void;
}

/** What VOD keeps apart for each SubAppId: media, tasks, events and their settings. */
export class Application {
  readonly config = new EventConfig();
  readonly queue: EventQueue;
  readonly library: MediaLibrary;
  readonly tasks: Tasks;
  readonly uploads: Uploads;
  readonly pulls: PullUploads;
  readonly createTime: string;
  private readonly notifier: Notifier;

  constructor(private readonly options: ApplicationOptions) {
    const {
      appId,
      storage,
      transcoder,
      now,
      report,
      procedureStatus,
      notificationTimeoutMs,
      onNotification,
    } = options;
    this.createTime = isoTime(now());
    this.queue = new EventQueue(options);
    const { config } = this;
    this.notifier = new Notifier({ config, report, now, timeoutMs: notificationTimeoutMs, onNotification });
    this.library = new MediaLibrary(options.mediaFolder, options.mediaUrl, now, transcoder.readMetaData);
    const { library } = this;
    this.tasks = new Tasks({
      ...{ appId, library, transcoder, now, procedureStatus },
      onChange: (task) =>
        this.notify({ EventType: "ProcedureStateChanged", ProcedureStateChangeEvent: task }),
    });
    const onMedia = (media: Media, followUp?: FollowUp) => this.announce(media, followUp);
    this.uploads = new Uploads({ library, storage, now, onMedia });
    this.pulls = new PullUploads({
      ...{ appId, library, storage, now },
      onStart: (task) => this.tasks.list(task),
      process: (media, followUp) => this.process(media, followUp),
      onFinish: (task) => this.notify({ EventType: "PullComplete", PullCompleteEvent: task }),
    });
  }

  /** Stores a file and sends `NewFileUpload`. */
  async upload(fileName: string, content: Content, details: MediaDetails): Promise<Media> {
    const media = await this.library.add(fileName, content, details);
    this.announce(media);
    return media;
  }

  /**
   * Sends an event in the configured mode, unless its kind is switched off. Resolves when the event is in the
   * queue, or when the callback's receiver had its chances.
   */
  async notify(event: EventContent): Promise<void> {
    const off = this.config.switchedOff(event.EventType);
    if (off !== undefined) {
      return this.options.report(`${event.EventType} is not sent: ${off} is OFF (ModifyEventConfig).`);
    }
    if (this.config.describe().Mode === "PULL") {
      this.queue.add(event);
      this.notifier.reportQueued(event);
    } else await this.notifier.send(event);
  }

  async close(): Promise<void> {
    this.queue.close();
    this.notifier.close();
    await Promise.all([this.tasks.close(), this.pulls.close()]);
  }

  private announce(media: Media, followUp?: FollowUp): void {
    const ProcedureTaskId = followUp ? this.process(media, followUp) : "";
    const FileUploadEvent: FileUploadTask = {
      FileId: media.fileId,
      MediaBasicInfo: basicInfo(media),
      ProcedureTaskId,
      ReviewAudioVideoTaskId: "",
      MetaData: media.metaData,
    };
    void this.notify({ EventType: "NewFileUpload", FileUploadEvent });
  }

  private process(media: Media, { procedure, sessionContext }: FollowUp): string {
    return this.tasks.startAfterUpload(media, procedure, sessionContext);
  }
}
