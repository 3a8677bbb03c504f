import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../../lib/errors";
import { environmentWithoutSecrets } from "../../lib/log/redact";
import { ROOT } from "../project";
import { hasOwnHandler } from "./own-handler";

const TYPESCRIPT = join(ROOT, "node_modules", "typescript", "bin", "tsc");
/** Style is not what a deployment is stopped for. */
const OPTIONS = ["--pretty", "false", "--noUnusedLocals", "false", "--noUnusedParameters", "false"];

/**
 * Checks the types of the functions' sources if the user has a handler of their own; bundling does not.
 * @returns why they could not be checked; undefined if they are right or there is nothing to check
 * @throws {UserError} with the errors
 */
export async function checkTypes(): Promise<string | undefined> {
  if (!hasOwnHandler()) return undefined;
  if (!existsSync(TYPESCRIPT))
    return "The types of lib/handlers/custom.ts were not checked: TypeScript is not installed. To install it, run npm ci";
  try {
    const args = [TYPESCRIPT, "--project", join(ROOT, "functions"), ...OPTIONS];
    await promisify(execFile)(process.execPath, args, { cwd: ROOT, env: environmentWithoutSecrets() });
    return undefined;
  } catch (error) {
    const { stdout }: { stdout?: unknown } = Object(error);
    const output = String(stdout ?? "").trim();
    if (/error TS\d+:/.test(output))
      throw new UserError(
        `The functions' sources have type errors, so nothing was deployed. Correct them:\n${output}`,
      );
    return "The types of lib/handlers/custom.ts were not checked: TypeScript failed. To see why, run npm run types";
  }
}
