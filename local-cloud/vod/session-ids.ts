import { ApiError } from "../api/error";

/** By ProcessMedia's and PullUpload's documents; ProcessMediaByProcedure's says seven. */
const THREE_DAYS_MS = 3 * 24 * 60 * 60 * 1000;
const SEVEN_DAYS_MS = 7 * 24 * 60 * 60 * 1000;

export interface Session {
  readonly SessionId?: string;
  readonly SessionContext?: string;
}

/** The SessionIds that requests have used. */
export class SessionIds {
  /** When each was used, in milliseconds since 1970. */
  private readonly used = new Map<string, number>();

  constructor(private readonly now: () => number) {}

  /** @throws {ApiError} InvalidParameterValue.SessionContextTooLong, .SessionIdTooLong, .SessionId if it was used */
  use({ SessionId = "", SessionContext = "" }: Session, days: 3 | 7): void {
    checkLength(SessionContext, 1000, "SessionContext");
    checkLength(SessionId, 50, "SessionId");
    if (SessionId === "") return;
    const now = this.now();
    const used = this.used.get(SessionId);
    if (used !== undefined && now - used < (days === 3 ? THREE_DAYS_MS : SEVEN_DAYS_MS)) {
      const within = days === 3 ? "three" : "seven";
      throw new ApiError(
        "InvalidParameterValue.SessionId",
        `The SessionId ${SessionId} was used within ${within} days.`,
      );
    }
    this.used.set(SessionId, now);
  }
}

function checkLength(value: string, most: number, name: string): void {
  if (value.length <= most) return;
  throw new ApiError(`InvalidParameterValue.${name}TooLong`, `${name} is longer than ${most} characters.`);
}
