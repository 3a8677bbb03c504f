import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ROOT } from "../../scripts/project";
import { ENGINES, startDatabase } from "../helpers/databases";

const run = promisify(execFile);

test.each(ENGINES)(
  "after failed calls and killed instances, replay and reconcile have every output in %s exactly once",
  async (engine) => {
    const server = await startDatabase(engine);
    try {
      const url = await server.createDatabase();
      const soak = [
        "run",
        "--silent",
        "soak",
        "--",
        "--mode",
        "normal",
        "--events",
        "100",
        "--database",
        url,
      ];
      const { stdout } = await run("npm", soak, { cwd: ROOT });
      expect(stdout).toMatch(/^calls failed: [1-9]\d*, /m);
      expect(stdout).toMatch(/^lost 0, doubled 0, parked \d+$/m);
    } finally {
      await server.stop();
    }
  },
);
