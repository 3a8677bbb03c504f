import { join } from "node:path";
import type { Plugin } from "esbuild";
import { labelOf, SHORT, titleOf } from "../../lib/event/packed-payloads";
import { PAYLOADS, type PartSpec, type PayloadSpec } from "../../lib/event/payload-fields";
import type { Kind } from "../../lib/event/task-kinds";
import { ROOT } from "../project";

/** An esbuild plugin that bundles the table of payloads as text, of which a start reads nothing. */
export function packedPayloads(): Plugin {
  const folder = join(ROOT, "lib", "event");
  return {
    name: "packed-payloads",
    setup(build) {
      build.onLoad({ filter: /[\\/]lib[\\/]event[\\/]payload-fields\.ts$/ }, () => ({
        contents: `import { unpackPayloads } from "./packed-payloads";
          export const payloadSpec = unpackPayloads(${JSON.stringify(packPayloads(PAYLOADS))});`,
        loader: "ts",
        resolveDir: folder,
      }));
    },
  };
}

/** Writes the table as `unpackPayloads` reads it. @throws if a name has a character that stands for something */
export function packPayloads(payloads: Readonly<Record<string, PayloadSpec>>): string {
  const lines = Object.entries(payloads).map(([eventType, { title, items, sets, ...part }]) => {
    const packedSets = Object.entries(sets ?? {}).map(([name, kinds]) =>
      [name, ...Object.entries(kinds).map(packKind)].join(";"),
    );
    const ownTitle = title === titleOf(eventType) ? "" : title;
    const columns = [ownTitle, packPart(part), items ? `${items.at}|${packPart(items)}` : ""];
    return `${eventType}\t${shorten([...columns, packedSets.join("|")].join("\t").trimEnd())}\n`;
  });
  return `\n${lines.join("")}`;
}

function shorten(row: string): string {
  return SHORT.reduce((shorter, [character, part]) => {
    if (shorter.includes(character)) throw new Error(`The table of payloads has a name with ${character}.`);
    return shorter.replaceAll(part, character);
  }, row);
}

function packPart({ fields, state, error, verdict }: PartSpec): string {
  const columns = [packFields(fields), state, error?.join(","), verdict && `${verdict.at}=${verdict.good}`];
  return columns.join(";").replace(/;+$/, "");
}

function packKind([key, { type, fields, olderFields }]: [string, Kind]): string {
  const ownType = key === `${type}Task` ? "" : type;
  return [key, ownType, packFields(fields), olderFields && packFields(olderFields)]
    .filter((column) => column !== undefined)
    .join(":");
}

function packFields(fields: { readonly [label: string]: string }): string {
  return Object.entries(fields)
    .map(([label, path]) => (label === labelOf(path) ? path : `${label}=${path}`))
    .join(",");
}
