const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Resolves when the user (Ctrl-C) or the system asks the process to end. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) process.once(signal, () => resolve());
  });
}

/**
 * Makes "exit" listeners, which remove temporary files, run before a signal that nothing else waits for ends the
 * process. Call it before any `untilStopped`.
 */
export function runExitListenersOnSignals(): void {
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      if (process.listenerCount(signal) > 0) return;
      // As the last of them, with no handler left: the parent process sees the signal.
      process.once("exit", () => process.kill(process.pid, signal));
      process.exit();
    });
  }
}
