import type { Config } from "../config";

/** The `config.json` that a build has checked (scripts/build/checked-config.ts puts it here): its text, and what it says. */
export const CHECKED: { readonly text: string; readonly config: Config } | undefined = undefined;
