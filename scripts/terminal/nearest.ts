/** The names that are most like a word, the nearest first, ignoring case. */
export function nearest(word: string, names: readonly string[], count = 3): string[] {
  const wanted = word.toLowerCase();
  return names
    .map((name) => ({ name, distance: distanceTo(wanted, name.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance)
    .slice(0, count)
    .map(({ name }) => name);
}

/** A part of a name is nearer than any spelling, because users leave out the ends of long names. */
function distanceTo(word: string, name: string): number {
  const part = word !== "" && (name.includes(word) || word.includes(name));
  return part ? Math.abs(name.length - word.length) / 1000 : editDistance(word, name);
}

/** How many letters must be inserted, removed or replaced (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...to].entries()) {
      const [above = 0, aboveRight = 0, left = 0] = [row[column], row[column + 1], next[column]];
      next.push(Math.min(aboveRight + 1, left + 1, above + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
