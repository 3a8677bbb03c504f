import type { CustomHandler } from "../custom-handler";

/** The place for your own code (README, "Your own code"). */
export const custom: CustomHandler | undefined = undefined;
