/** With more texts than this the oldest results are of another fleet. */
const MOST_REMEMBERED = 20_000;

/**
 * Gives a function that computes each text once. Every table of a large fleet is compared with every peer, and parsing takes
 * nearly all of that time.
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
