/** Whether a name fits a pattern, in which `*` stands for any letters and `?` for one, as in IAM's `StringLike`. */
export function matchesName(pattern: string, name: string): boolean {
  return overlap(pattern, name.replaceAll(/[*?]/g, '-'));
}

/** Whether there is a name that fits both patterns. */
export function overlap(left: string, right: string): boolean {
  // reachable[j]: what is before the present letter of `left`, and the first j letters of `right`, can be the same text.
  let reachable = afterStars(right, [true, ...Array.from(right, () => false)]);
  for (const letter of left) {
    const next = reachable.map(() => false);
    for (const [at, isReachable] of reachable.entries()) {
      if (!isReachable) continue;
      const other = right[at];
      if (letter === '*') next.fill(true, at);
      else if (other === '*') next[at] = true;
      else if (other !== undefined && (letter === '?' || other === '?' || letter === other)) next[at + 1] = true;
    }
    reachable = afterStars(right, next);
  }
  return reachable.at(-1) === true;
}

/** A star may stand for nothing. */
function afterStars(pattern: string, reachable: readonly boolean[]): boolean[] {
  const after = [...reachable];
  for (const [at, letter] of [...pattern].entries()) if (letter === '*' && after[at] === true) after[at + 1] = true;
  return after;
}
