import { UsageError } from "../../lib/errors";
import { checkName, type Naming } from "../name-rules";

const API_DOMAIN: Naming = {
  pattern: /^([a-z0-9-]+\.)*tencentcloudapi\.com$/,
  words: "tencentcloudapi.com or a name below it, such as intl.tencentcloudapi.com",
};

/**
 * Checks the variables that select a site of Tencent Cloud (docs/install.md#the-international-site).
 * @throws {UsageError} if one is wrong; the message has its name
 */
export function checkSite({ SITE, API_DOMAIN: domain }: Readonly<Record<string, string | undefined>>): void {
  if (SITE && SITE !== "china" && SITE !== "intl")
    throw new UsageError(`SITE must be "china" or "intl" (got "${SITE}").`);
  if (domain) checkName(domain, "API_DOMAIN", API_DOMAIN);
}

/** A page of the console of the user's site. @param path after the host */
export function consoleUrl(path: string): string {
  const host = process.env["SITE"] === "intl" ? "console.tencentcloud.com" : "console.cloud.tencent.com";
  return `https://${host}${path}`;
}
