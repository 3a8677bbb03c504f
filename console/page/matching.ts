/** The first rows that fit a filter, which is in lower case, and whether more follow. */
export function matching<Row extends { readonly search: string }>(
  rows: readonly Row[],
  wanted: string,
  { skip, take }: { readonly skip: number; readonly take: number },
): { readonly rows: readonly Row[]; readonly hasMore: boolean } {
  const found: Row[] = [];
  let skipped = 0;
  for (const row of rows) {
    if (wanted !== "" && !row.search.includes(wanted)) continue;
    if (skipped < skip) skipped += 1;
    else if (found.length === take) return { rows: found, hasMore: true };
    else found.push(row);
  }
  return { rows: found, hasMore: false };
}
