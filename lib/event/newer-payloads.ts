// The types of payloads that the SDK for VOD does not have yet, in the form of its own declarations, which `trigger`
// reads too. Delete what an update of the SDK brings: `lib/event/event.ts` then no longer compiles otherwise.

/** As tencentcloud-sdk-nodejs 4.1.313 declares them. */
export interface NewerPayloads {
  AigcHunyuan3DCompleteEvent?: AigcHunyuan3DTask;
}

interface AigcHunyuan3DTask {
  TaskId?: string;
  Status?: string;
  ErrCode?: number;
  ErrCodeExt?: string;
  Message?: string;
  Progress?: number;
  Output?: AigcHunyuan3DTaskOutput;
  SessionId?: string;
  SessionContext?: string;
}

interface AigcHunyuan3DTaskOutput {
  FileInfos?: Array<AigcHunyuan3DFileInfo>;
}

interface AigcHunyuan3DFileInfo {
  StorageMode?: string;
  ExpireTime?: string;
  FileType?: string;
  FileUrl?: string;
  PreviewFileUrl?: string;
}
