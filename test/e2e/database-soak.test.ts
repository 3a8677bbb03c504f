import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ROOT } from "../../scripts/project";
import { ENGINES, startDatabase } from "../helpers/databases";

/** It takes 75 seconds by the functions' clock, and more if the machine is busy. */
const TIMEOUT_MS = 600_000;

const run = promisify(execFile);

/** @returns what the soak printed */
async function soak(engine: (typeof ENGINES)[number]): Promise<string> {
  const server = await startDatabase(engine);
  try {
    const options = ["--mode", "normal", "--events", "100", "--database", await server.createDatabase()];
    return (await run("npm", ["run", "--silent", "soak", "--", ...options], { cwd: ROOT })).stdout;
  } finally {
    await server.stop();
  }
}

test(
  "after failed calls and killed instances, replay and reconcile have every output in the database exactly once",
  async () => {
    // Most of the time they wait for the functions' clock.
    for (const printed of await Promise.all(ENGINES.map(soak))) {
      expect(printed).toMatch(/^calls failed: [1-9]\d*, /m);
      expect(printed).toMatch(/^lost 0, doubled 0, parked \d+$/m);
    }
  },
  TIMEOUT_MS,
);
