import { readlinkSync } from "node:fs";
import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Numbers of processes mean nothing outside of their namespace: containers may share the folder. */
const NAMESPACE = pidNamespace();
const NAME = /^local-cloud-[a-z]+-(\w+)-(\d+)-\w{6}$/;

/**
 * Makes a folder in the system's temporary one that only this user can read. Its name has the process, so that a
 * later start can remove what this one could not.
 */
export function makeTemporaryFolder(kind: "vod" | "scf"): Promise<string> {
  return mkdtemp(join(tmpdir(), `local-cloud-${kind}-${NAMESPACE}-${process.pid}-`));
}

/**
 * Removes this user's folders whose process has gone, as after a crash. Folders of other users, links and folders
 * whose process may still run stay. Never throws: a folder that resists stays as well.
 */
export async function removeAbandonedFolders(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  await Promise.allSettled(names.filter(isAbandoned).map((name) => removeOwn(join(tmpdir(), name))));
}

function isAbandoned(name: string): boolean {
  const [, namespace, pid] = NAME.exec(name) ?? [];
  return namespace === NAMESPACE && !isRunning(Number(pid));
}

async function removeOwn(folder: string): Promise<void> {
  const entry = await lstat(folder);
  if (entry.isDirectory() && entry.uid === process.getuid?.())
    await rm(folder, { recursive: true, force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as another user.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
  } catch {
    return "0";
  }
}
