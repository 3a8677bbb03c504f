/** SCF's documented limits (docs/tencent-protocols.md#scf-limits): sizes in bytes, times in seconds. */
export const PAYLOAD_LIMIT = 6 * 1024 * 1024;
export const INITIALISATION_LIMIT = 65;
export const LOG_LINE_LIMIT = 8 * 1024;
export const UNPACKED_LIMIT = 500 * 1024 * 1024;
