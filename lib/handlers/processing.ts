// What only an event that starts something needs: a chunk of its own (scripts/build/chunks.ts).
export { resolveWork } from "./resolve-work";
export { describeWork, startRequest } from "./start-request";
