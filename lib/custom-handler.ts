// Kept for existing handlers, which import from here.
export * from "./handlers/custom-handler";
