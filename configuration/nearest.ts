/** The word that differs from this one in at most a third of its letters, the least of all; undefined: none does. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const [first] = words
    .map((one) => ({ one, distance: distanceOf(one.toLowerCase(), word.toLowerCase()) }))
    .filter(({ one, distance }) => distance <= Math.max(1, Math.floor(one.length / 3)))
    .toSorted((a, b) => a.distance - b.distance);
  return first?.one;
}

/** `research`, where that comes near; else `one of gpu, research`. */
export function nearestOrAll(word: string, words: readonly string[]): string {
  const [only, ...others] = words;
  if (only !== undefined && others.length === 0) return only;
  return nearest(word, words) ?? `one of ${words.join(', ')}`;
}

/** How many letters must be added, removed or changed (Levenshtein). */
function distanceOf(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...left].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...right].entries()) {
      const change = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(change, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
