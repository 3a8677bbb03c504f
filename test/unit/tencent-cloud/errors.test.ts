import { errorClass, isTransient } from "../../../lib/tencent-cloud/errors";
import officialCodes from "../../fixtures/official-error-codes.json";

/** What each official code of the actions that are called is taken for; a code that is missing here fails. */
const CLASSES = {
  transient: [
    "AuthFailure.SignatureExpire",
    "AuthFailure.TokenFailure",
    "FailedOperation.FunctionStatusError",
    "FailedOperation.Timeout",
    "InternalError",
    "InternalError.GetMediaListError",
    "InternalError.SearchError",
    "InternalError.SearchFailed",
    "InternalError.ServerBusy",
    "InternalError.System",
    "LimitExceeded.LogSearch",
    "RequestLimitExceeded",
  ],
  "already done": ["InvalidParameterValue.SessionId"],
  permanent: [
    "AuthFailure.InvalidSecretId",
    "AuthFailure.MFAFailure",
    "AuthFailure.SecretIdNotFound",
    "AuthFailure.SignatureFailure",
    "AuthFailure.UnauthorizedOperation",
    "FailedOperation",
    "FailedOperation.InvalidContext",
    "FailedOperation.InvalidVodUser",
    "FailedOperation.InvokeFunction",
    "FailedOperation.NoNeedToReduceMediaBitrate",
    "FailedOperation.QueryError",
    "FailedOperation.SearchTimeout",
    "FailedOperation.SyntaxError",
    "FailedOperation.TaskDuplicate",
    "FailedOperation.TopicIsolated",
    "InvalidAction",
    "InvalidParameter",
    "InvalidParameter.FunctionName",
    "InvalidParameterValue",
    "InvalidParameterValue.AiAnalysisTaskDefinition",
    "InvalidParameterValue.AiContentReviewTaskDefinition",
    "InvalidParameterValue.AiRecognitionTaskDefinition",
    "InvalidParameterValue.AppId",
    "InvalidParameterValue.FileId",
    "InvalidParameterValue.FileIds",
    "InvalidParameterValue.FileIdsEmpty",
    "InvalidParameterValue.FileIdsOverLimit",
    "InvalidParameterValue.Param",
    "InvalidParameterValue.SessionContextTooLong",
    "InvalidParameterValue.SessionIdTooLong",
    "InvalidParameterValue.SubAppId",
    "InvalidParameterValue.TaskId",
    "LimitExceeded.SearchResources",
    "LimitExceeded.SearchResultTooLarge",
    "MissingParameter",
    "NoSuchVersion",
    "OperationDenied",
    "OperationDenied.AccountDestroy",
    "OperationDenied.AccountIsolate",
    "OperationDenied.AccountNotExists",
    "OperationDenied.NewSyntaxNotSupported",
    "OperationDenied.OperationNotSupportInSearchLow",
    "ResourceNotFound",
    "ResourceNotFound.Function",
    "ResourceNotFound.FunctionName",
    "ResourceNotFound.TopicNotExist",
    "ResourceUnavailable.InsufficientBalance",
    "UnauthorizedOperation",
    "UnauthorizedOperation.CAM",
    "UnknownParameter",
    "UnsupportedProtocol",
    "UnsupportedRegion",
  ],
} as const;

const official = [...new Set(Object.values(officialCodes).flat())].sort();

test("every official code of the actions that are called has its class", () => {
  const classed = Object.values(CLASSES).flat().sort();
  expect(classed).toEqual(official);
});

test.each(Object.entries(CLASSES))("the codes that are %s", (expected, codes) => {
  for (const code of codes) {
    expect({ code, class: errorClass({ code, message: "What went wrong" }) }).toEqual({
      code,
      class: expected,
    });
  }
});

test.each(["操作失败，请重试。", "Please retry later.", "Try again in a minute."])(
  "a FailedOperation is passing where its text says: %s",
  (message) => {
    expect(isTransient({ code: "FailedOperation", message })).toBe(true);
    expect(isTransient({ code: "FailedOperation.Unheard", message })).toBe(true);
    expect(isTransient({ code: "InvalidParameter", message })).toBe(false);
  },
);

test("a code that only begins like a passing one is not", () => {
  expect(isTransient({ code: "InternalErrors", message: "" })).toBe(false);
  expect(isTransient({ code: "InternalError.Unheard", message: "" })).toBe(true);
});

test("what has no code is passing: no answer of the API came", () => {
  expect(isTransient({ message: "socket hang up" })).toBe(true);
});

test("a code that nobody has heard of is kept for its owner", () => {
  expect(errorClass({ code: "SomethingNew.Entirely", message: "" })).toBe("permanent");
});
