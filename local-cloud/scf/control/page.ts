/** One page of a list, with the defaults that SCF's lists have. */
export function pageOf<Item>(items: readonly Item[], offset = 0, limit = 20): Item[] {
  return items.slice(offset, offset + limit);
}
