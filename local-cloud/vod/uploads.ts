import { randomBytes } from "node:crypto";
import type {
  ApplyUploadRequest,
  CommitUploadRequest,
  MediaProcessTaskInput,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { ApiError } from "../api/error";
import { refuseUnsupported } from "../api/unsupported";
import type { Media, MediaDetails, MediaLibrary } from "./media-library";
import { categoryOf } from "./media-types";
import type { ObjectStorage } from "./object-storage";
import { procedureNamed } from "./procedures";
import { KEY_ROOT } from "./storage-server";

/** Of the certificate; the documents have no number. */
const CERTIFICATE_MS = 3600 * 1000;
const MAX_SOURCE_CONTEXT = 250;

/** What a file that arrives is processed with. */
export interface FollowUp {
  readonly procedure: MediaProcessTaskInput;
  readonly sessionContext: string;
}

export interface UploadOptions {
  readonly library: MediaLibrary;
  readonly storage: ObjectStorage;
  readonly now: () => number;
  /** Gets each file that was committed. */
  readonly onMedia: (media: Media, followUp: FollowUp | undefined) => void;
}

interface UploadSession {
  readonly mediaKey: string;
  readonly mediaType: string;
  readonly coverKey: string;
  readonly coverType: string;
  readonly details: MediaDetails;
  readonly followUp: FollowUp | undefined;
  committed?: Promise<Media>;
}

/** Uploads from a server or a client: ApplyUpload, the storage, CommitUpload. */
export class Uploads {
  private readonly sessions = new Map<string, UploadSession>();

  constructor(private readonly options: UploadOptions) {}

  /** @throws {ApiError} InvalidParameterValue.MediaType, .CoverType; UnsupportedOperation */
  apply(request: ApplyUploadRequest): object {
    const { MediaType, CoverType = "", SubAppId: _application, StorageRegion, ...rest } = request;
    const details = detailsOf(rest);
    const followUp = followUpOf(rest);
    const mediaType = MediaType.toLowerCase();
    if (categoryOf(mediaType) === undefined) {
      throw new ApiError(
        "InvalidParameterValue.MediaType",
        `The local cloud does not accept media of the type ${MediaType}.`,
      );
    }
    const coverType = CoverType.toLowerCase();
    if (coverType !== "" && categoryOf(coverType) !== "Image") {
      throw new ApiError("InvalidParameterValue.CoverType", `${CoverType} is not an image type.`);
    }
    const folder = `${KEY_ROOT}${randomBytes(16).toString("hex")}`;
    const session: UploadSession = {
      ...{ mediaKey: `${folder}/media.${mediaType}`, mediaType, details, followUp },
      ...{ coverKey: coverType && `${folder}/cover.${coverType}`, coverType },
    };
    const VodSessionKey = randomBytes(32).toString("base64");
    this.sessions.set(VodSessionKey, session);
    for (const key of [session.mediaKey, session.coverKey]) if (key !== "") this.options.storage.allow(key);
    const secret = () => randomBytes(20).toString("hex");
    return {
      StorageBucket: this.options.storage.bucket,
      StorageRegion: StorageRegion || "ap-guangzhou",
      VodSessionKey,
      MediaStoragePath: `/${session.mediaKey}`,
      CoverStoragePath: session.coverKey && `/${session.coverKey}`,
      TempCertificate: {
        SecretId: secret(),
        SecretKey: secret(),
        Token: secret(),
        ExpiredTime: Math.floor((this.options.now() + CERTIFICATE_MS) / 1000),
      },
    };
  }

  /**
   * Whether a session can be committed twice is not documented: a second call gets the first one's answer, as a
   * client that lost it would need.
   * @throws {ApiError} InvalidParameterValue.VodSessionKey, ResourceNotFound if the file was not uploaded
   */
  async commit({ VodSessionKey, SubAppId: _application, ...rest }: CommitUploadRequest): Promise<object> {
    refuseUnsupported(rest);
    const session = this.sessions.get(VodSessionKey);
    if (!session) {
      throw new ApiError(
        "InvalidParameterValue.VodSessionKey",
        "ApplyUpload has not returned this VodSessionKey.",
      );
    }
    session.committed ??= this.store(session);
    const media = await session.committed.catch((error: unknown) => {
      delete session.committed;
      throw error;
    });
    return { FileId: media.fileId, MediaUrl: media.url, CoverUrl: media.cover?.url ?? "" };
  }

  private async store({ mediaKey, coverKey, coverType, details, followUp }: UploadSession): Promise<Media> {
    const { storage, library, onMedia } = this.options;
    const content = storage.take(mediaKey);
    if (!content)
      throw new ApiError("ResourceNotFound", "The media file was not uploaded to its storage path.");
    const media = await library.add(mediaKey, content, details);
    const cover = coverKey === "" ? undefined : storage.take(coverKey);
    if (cover) await library.addCover(media, coverType, cover);
    onMedia(media, followUp);
    return media;
  }
}

interface UploadParameters {
  readonly MediaName?: string;
  readonly ExpireTime?: string;
  readonly ClassId?: number;
  readonly SourceContext?: string;
  readonly SessionContext?: string;
  readonly Procedure?: string;
}

/** The file parameters of ApplyUpload and PullUpload. @throws {ApiError} */
export function detailsOf(parameters: UploadParameters): MediaDetails {
  const { MediaName, ExpireTime, ClassId, SourceContext, SessionContext, Procedure, ...rest } = parameters;
  refuseUnsupported(rest);
  if (ExpireTime && Number.isNaN(Date.parse(ExpireTime))) {
    throw new ApiError("InvalidParameterValue.ExpireTime", `${ExpireTime} is not an ISO 8601 time.`);
  }
  // Its code is not documented.
  if (SourceContext !== undefined && SourceContext.length > MAX_SOURCE_CONTEXT) {
    throw new ApiError(
      "InvalidParameterValue",
      `SourceContext is longer than ${MAX_SOURCE_CONTEXT} characters.`,
    );
  }
  return { name: MediaName, expireTime: ExpireTime, classId: ClassId, sourceContext: SourceContext };
}

/** @throws {ApiError} InvalidParameterValue.ProcedureName, the code of ProcessMediaByProcedure */
export function followUpOf({ Procedure, SessionContext = "" }: UploadParameters): FollowUp | undefined {
  return Procedure ? { procedure: procedureNamed(Procedure), sessionContext: SessionContext } : undefined;
}
