import { UsageError } from "../../lib/errors";

/**
 * Reads the address of a receiver of notifications.
 * @param name what an error calls it
 * @throws {UsageError} if it is not one; the message has nothing of the value, which may hold a path token
 */
export function readHttpAddress(text: string, name: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) return url;
  throw new UsageError(
    `${name} must be an address that begins with http:// or https://, without a user name.`,
  );
}
