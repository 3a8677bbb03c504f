import { ApiError } from "../../local-cloud/api/error";

/** The code and message that a check refuses with; "" where it refuses nothing. Other errors pass through. */
export function refusalOf(check: () => unknown): string {
  try {
    check();
    return "";
  } catch (error) {
    if (error instanceof ApiError) return `${error.code}: ${error.message}`;
    throw error;
  }
}
