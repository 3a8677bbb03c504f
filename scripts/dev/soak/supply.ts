import type { LocalCloud } from "../../../local-cloud";
import type { Expected } from "./evidence";

/** Of so many events one can't be read, and one is of a type that nobody knows. */
const ODD_ONES = 100;
/** The type of the event that ends the process. */
export const POISON = "Poison";

/**
 * Has VOD report about so many events. An upload is two of them: the end of its task flow is the other.
 * @returns what must come of them
 */
export async function supply(cloud: LocalCloud, events: number): Promise<Expected> {
  const expected = {
    poison: POISON,
    uploads: [] as string[],
    unreadable: [] as string[],
    unknown: [] as string[],
  };
  for (let count = 0; count < events; count += 2) {
    if (count % ODD_ONES !== 0) {
      expected.uploads.push((await cloud.upload(`${count}.mp4`, new Uint8Array(1))).fileId);
      continue;
    }
    const [mark, name] = [`unreadable-${count}`, `Unknown${count}`];
    await cloud.notify({ EventType: "NewFileUpload", FileUploadEvent: { FileId: mark } });
    await cloud.notify({ EventType: name });
    expected.unreadable.push(mark);
    expected.unknown.push(name);
  }
  await cloud.notify({ EventType: POISON });
  return expected;
}
