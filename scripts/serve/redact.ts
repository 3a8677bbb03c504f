import type { Environment } from "../../lib/config";

const HIDDEN = "***";
const SECRET_HEADER = /authorization|cookie|token|secret|key|sign/i;
/** `Sign` where a notification has it, in the body or the query; the rest of one that is cut off too. */
const SIGNS = [/("Sign"\s*:\s*")(?:[^"\\]|\\.)*/gi, /([?&]Sign=)[^&\s"]*/gi];
const SECRET_VARIABLES = ["PATH_TOKEN", "SIGN_KEY", "SIGN_KEY_NEXT", "SECRET_ID", "SECRET_KEY"];

/** Takes the secrets out of what somebody sent. */
export interface Redaction {
  text(value: string): string;
  header(name: string, value: string): string;
}

/** @param env the function's environment, with all of its secrets */
export function redaction(env: Environment): Redaction {
  // The longest first: one may contain another.
  const secrets = SECRET_VARIABLES.flatMap((name) => env[name] || []).sort((a, b) => b.length - a.length);
  const text = (value: string) =>
    secrets.reduce(
      (rest, secret) => rest.replaceAll(secret, HIDDEN),
      SIGNS.reduce((rest, sign) => rest.replace(sign, `$1${HIDDEN}`), value),
    );
  return { text, header: (name, value) => (SECRET_HEADER.test(name) ? HIDDEN : text(value)) };
}
