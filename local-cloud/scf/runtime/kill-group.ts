/** Kills a process that leads its group, and what it started; one that is gone already is fine. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // ESRCH
  }
}
