import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import type { EventContent } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { defineService, type Service } from "../api/service";
import { Application, type ApplicationOptions } from "./application";
import { deleteMedia } from "./delete-media";
import { describeSubAppIds } from "./describe-sub-app-ids";
import type { Media, MediaDetails } from "./media-library";
import { describeMediaInfos, searchMedia } from "./media-queries";
import { serveMedia } from "./media-server";
import { ObjectStorage } from "./object-storage";
import { serveStorage } from "./storage-server";
import { describeTaskDetail, describeTasks } from "./task-queries";
import {
  describeProcedureTemplates,
  describeTemplates,
  describeTranscodeTemplates,
} from "./template-queries";
import {
  ADAPTIVE_STREAMS,
  ANIMATED_GRAPHICS,
  IMAGE_SPRITES,
  SAMPLE_SNAPSHOTS,
  TIME_SNAPSHOTS,
} from "./templates";
import { findTranscoder, type Transcoder } from "./transcode";

export interface VodOptions extends Omit<ApplicationOptions, "mediaFolder" | "storage" | "transcoder"> {
  /** The folder of media and unfinished uploads. */
  readonly folder: string;
  /** ffmpeg's by default. */
  readonly transcoder: Transcoder | undefined;
}

/** VOD: media libraries, task flows, and events of both; of each SubAppId its own. */
export interface Vod {
  readonly service: Service;
  /**
   * Stores a file as the console's upload does and sends `NewFileUpload`.
   * @param subAppId the default application by default
   */
  upload(
    fileName: string,
    content: Uint8Array,
    sourceType?: MediaDetails["sourceType"],
    subAppId?: number,
  ): Promise<Media>;
  /**
   * Sends an event in the configured mode, unless its kind is switched off. Resolves when the event is in the
   * queue, or when the callback's receiver had its chances.
   */
  notify(event: EventContent, subAppId?: number): Promise<void>;
  /** How many events of all queues are not confirmed yet. */
  queuedEvents(): number;
  /** How many events of all queues wait, and how many were delivered and are not confirmed. */
  queue(): { readonly waiting: number; readonly inFlight: number };
  /** How many task flows were started for each FileId. */
  tasksStarted(): ReadonlyMap<string, number>;
  /** Answers requests for media, and those of the upload SDKs to their storage. @returns false for others */
  serve(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** Stops all work that is going on. */
  close(): Promise<void>;
}

export async function createVod(options: VodOptions): Promise<Vod> {
  const { folder, report, transcoder = await findTranscoder() } = options;
  report(transcoder.description);
  const mediaFolder = join(folder, "media");
  const storage = new ObjectStorage(`local-cloud-${options.appId}`, join(folder, "uploads"));
  const applications = new Map<number, Application>();
  /** Every SubAppId exists; the default application's is the account's APPID. */
  const of = ({ SubAppId }: { SubAppId?: number }): Application => {
    const id = SubAppId || Number(options.appId);
    const application =
      applications.get(id) ?? new Application({ ...options, mediaFolder, storage, transcoder });
    applications.set(id, application);
    return application;
  };
  of({});
  const all = () => [...applications.values()];
  return {
    service: defineService<Client>("vod", {
      ProcessMedia: (request) => of(request).tasks.processMedia(request),
      ProcessMediaByProcedure: (request) => of(request).tasks.processMediaByProcedure(request),
      ApplyUpload: (request) => of(request).uploads.apply(request),
      CommitUpload: (request) => of(request).uploads.commit(request),
      PullUpload: (request) => of(request).pulls.pull(request),
      async DeleteMedia(request) {
        const application = of(request);
        const FileDeleteEvent = await deleteMedia(request, application.library);
        void application.notify({ EventType: "FileDeleted", FileDeleteEvent });
        return {};
      },
      ModifyEventConfig: (request) => {
        of(request).config.modify(request);
        return {};
      },
      DescribeEventConfig: (request) => of(request).config.describe(),
      PullEvents: (request, _caller, gone) => of(request).queue.pull(gone),
      ConfirmEvents: (request) => {
        of(request).queue.confirm(request.EventHandles);
        return {};
      },
      DescribeEventsState: (request) => ({ CountOfEventsToPull: of(request).queue.countOfEventsToPull() }),
      DescribeTasks: (request) => describeTasks(request, of(request).tasks.recent()),
      DescribeTaskDetail: (request) => describeTaskDetail(request, of(request).tasks.recent()),
      DescribeMediaInfos: (request) => describeMediaInfos(request, of(request).library),
      SearchMedia: (request) => searchMedia(request, of(request).library),
      DescribeSubAppIds: (request) => describeSubAppIds(request, applications),
      DescribeTranscodeTemplates: describeTranscodeTemplates,
      DescribeProcedureTemplates: describeProcedureTemplates,
      DescribeAnimatedGraphicsTemplates: describeTemplates("AnimatedGraphicsTemplateSet", ANIMATED_GRAPHICS),
      DescribeSnapshotByTimeOffsetTemplates: describeTemplates(
        "SnapshotByTimeOffsetTemplateSet",
        TIME_SNAPSHOTS,
      ),
      DescribeSampleSnapshotTemplates: describeTemplates("SampleSnapshotTemplateSet", SAMPLE_SNAPSHOTS),
      DescribeImageSpriteTemplates: describeTemplates("ImageSpriteTemplateSet", IMAGE_SPRITES),
      DescribeAdaptiveDynamicStreamingTemplates: describeTemplates(
        "AdaptiveDynamicStreamingTemplateSet",
        ADAPTIVE_STREAMS,
      ),
    }),
    upload: (fileName, content, sourceType, SubAppId = 0) =>
      of({ SubAppId }).upload(fileName, content, { sourceType }),
    notify: (event, SubAppId = 0) => of({ SubAppId }).notify(event),
    queuedEvents: () => all().reduce((sum, { queue }) => sum + queue.size(), 0),
    queue: () => {
      const queues = all().map(({ queue }) => queue.counts());
      return {
        waiting: queues.reduce((sum, { waiting }) => sum + waiting, 0),
        inFlight: queues.reduce((sum, { inFlight }) => sum + inFlight, 0),
      };
    },
    tasksStarted: () => new Map(all().flatMap(({ tasks }) => [...tasks.started()])),
    serve: async (request, response) =>
      (await serveMedia(mediaFolder, request, response)) || serveStorage(storage, request, response),
    async close() {
      await Promise.all(all().map((application) => application.close()));
    },
  };
}
