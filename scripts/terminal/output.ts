/**
 * Writes a line as Tencent's installer does: `[2020-06-05 17:16:08] text`, in local time, for a person.
 */
export function logLine(text: string): void {
  const now = new Date();
  const two = (value: number) => String(value).padStart(2, "0");
  const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(":");
  console.log(`${dim(`[${date} ${time}]`)} ${text}`);
}

/** Set back from the rest, where the output is a terminal. */
export function dim(text: string): string {
  return process.stdout.isTTY && !process.env["NO_COLOR"] ? `\x1b[2m${text}\x1b[22m` : text;
}
