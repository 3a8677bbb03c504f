import type { CustomHandler } from "../custom-handler";

/** The place for your own code (docs/reference.md#custom-handler). */
export const custom: CustomHandler | undefined = undefined;
