/** Has something run after a while; the returned function cancels it. */
export type Schedule = (delayMs: number, run: () => void) => () => void;

/** The most that setTimeout takes. */
const MAX_MS = 2 ** 31 - 1;

/** By the machine's clock; waiting work does not keep the process alive. */
export const realSchedule: Schedule = (delayMs, run) => {
  let timer: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    const rest = leftMs - MAX_MS;
    timer = setTimeout(() => (rest > 0 ? wait(rest) : run()), Math.min(leftMs, MAX_MS)).unref();
  };
  wait(delayMs);
  return () => clearTimeout(timer);
};
