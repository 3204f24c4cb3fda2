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

/** Gives a function that computes once for each object, such as an index of a table's rows. Such an object is never changed in place. */
export function rememberObject<Given extends object, Result>(
  compute: (given: Given) => Result,
): (given: Given) => Result {
  const known = new WeakMap<Given, { readonly result: Result }>();
  return (given) => {
    const found = known.get(given);
    if (found !== undefined) return found.result;
    const result = compute(given);
    known.set(given, { result });
    return result;
  };
}
