/** What makes API calls. It is loaded for the first call, because a start without a call does without it. */
export function loadSdk(): typeof import("./sdk") {
  return require("./sdk");
}
