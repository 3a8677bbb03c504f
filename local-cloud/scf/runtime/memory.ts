import { readFileSync } from "node:fs";

const INTERVAL_MS = 50;

/** The process's highest resident memory so far in MB, or undefined if /proc does not report it. */
function peakMemoryMb(pid: number): number | undefined {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

/** Watches a process's peak, which includes memory that was allocated and freed between two readings. */
export class MemoryWatch {
  readonly #pid: number;
  readonly #limitMb: number;
  readonly #onExceeded: () => void;
  readonly #timer: NodeJS.Timeout;
  peakMb = 0;

  constructor(pid: number, limitMb: number, onExceeded: () => void) {
    this.#pid = pid;
    this.#limitMb = limitMb;
    this.#onExceeded = onExceeded;
    this.#timer = setInterval(() => this.look(), INTERVAL_MS);
    this.look();
  }

  look(): void {
    this.peakMb = peakMemoryMb(this.#pid) ?? this.peakMb;
    if (this.peakMb > this.#limitMb) this.#onExceeded();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
