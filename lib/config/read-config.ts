import { readFileSync } from "node:fs";
import { type Config, ConfigError } from "../config";
import { CHECKED } from "./checked";

/**
 * Reads a configuration file. What the build has checked is not checked again at every start.
 * @param file its path
 * @throws {ConfigError} if a key is wrong; the message has the file and the key
 */
export function parseConfFile(file: string): Config {
  return namingFile(file, () => {
    const text = readFileSync(file, "utf8");
    if (text === CHECKED?.text) return CHECKED.config;
    const { parseConfig, parseJsonText }: typeof import("./keys") = require("./keys");
    return parseConfig(parseJsonText(text));
  });
}

/** @throws {ConfigError} with the file's name, if the work throws */
export function namingFile<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new ConfigError(`${file}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}
