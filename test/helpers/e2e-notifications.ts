import { notification } from "../../local-cloud/vod/null-siblings";

/** As VOD sends it: with null siblings, the definition in the input only, and no error code of its own. */
export function procedureNotification(url: string): object {
  return notification({
    EventType: "ProcedureStateChanged",
    ProcedureStateChangeEvent: {
      TaskId: "1256712345-Procedure-0123456789abcdeft2",
      Status: "FINISH",
      FileId: "5285890784246869930",
      FileName: "small",
      SessionId: "",
      MediaProcessResultSet: [
        {
          Type: "Transcode",
          TranscodeTask: {
            Status: "SUCCESS",
            ErrCode: 0,
            ErrCodeExt: "",
            Message: "SUCCESS",
            Input: { Definition: 20 },
            Output: { Url: url, Definition: 0 },
          },
        },
      ],
    },
  });
}
