/** With more texts than this the oldest results are of another fleet. */
const MOST_REMEMBERED = 100_000;

/**
 * Gives a function that computes each text once: the same addresses are written in many tables of a large fleet, and parsing
 * them took nearly all of the time.
 */
export function remember<Result>(compute: (text: string) => Result): (text: string) => Result {
  const known = new Map<string, { readonly result: Result }>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found.result;
    if (known.size >= MOST_REMEMBERED) known.clear();
    const result = compute(text);
    known.set(text, { result });
    return result;
  };
}

/** Gives a function that computes each table once, such as an index of its rows. A table is never changed in place. */
export function rememberTable<Table extends object, Result>(
  compute: (table: Table) => Result,
): (table: Table) => Result {
  const known = new WeakMap<Table, { readonly result: Result }>();
  return (table) => {
    const found = known.get(table);
    if (found !== undefined) return found.result;
    const result = compute(table);
    known.set(table, { result });
    return result;
  };
}
