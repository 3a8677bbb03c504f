// Kept for existing handlers, which import from here.
export * from "./event/untrusted";
