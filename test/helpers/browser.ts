import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";

/** A developer's machine may do without Chromium; where CI runs, a missing browser is a failure. */
export const hasBrowser = process.env["CI"] !== undefined || existsSync(CHROMIUM);

/** Debian's Chromium, without connections of its own. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
      ...["--disable-background-networking", "--disable-component-update"],
      "--autoplay-policy=no-user-gesture-required",
    ],
  });
}

/** What a page must not have: errors of its scripts, and messages of the console. */
export function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
  });
  return errors;
}
