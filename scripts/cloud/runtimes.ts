/** The newest runtime that SCF documents (docs/tencent-protocols.md#runtimes), which new functions get. */
export const NEWEST_RUNTIME = "Nodejs20.19";

/** What a new function gets instead if SCF does not know the newest one. */
export const OLDER_RUNTIME = "Nodejs18.15";
