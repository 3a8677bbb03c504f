import type { Environment } from "../../lib/config";
import { redactor, secretsOf } from "../../lib/log/redact";

const HIDDEN = "***";
const SECRET_HEADER = /authorization|cookie|token|secret|key|sign/i;
/** `Sign` in the body or the query of a notification, also if it is cut. */
const SIGNS = [/("Sign"\s*:\s*")(?:[^"\\]|\\.)*/gi, /([?&]Sign=)[^&\s"]*/gi];

/** Redacts the secrets in a request. */
export interface Redaction {
  text(value: string): string;
  header(name: string, value: string): string;
}

/** @param env the function's environment, with all of its secrets */
export function redaction(env: Environment): Redaction {
  const clean = redactor(secretsOf(undefined, env));
  const text = (value: string) =>
    clean(SIGNS.reduce((rest, sign) => rest.replace(sign, `$1${HIDDEN}`), value));
  return { text, header: (name, value) => (SECRET_HEADER.test(name) ? HIDDEN : text(value)) };
}
