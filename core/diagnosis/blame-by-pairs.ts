/**
 * Who is at fault follows from which pairs suffer: the node where every measured pair does, the one other host where it alone
 * does. Otherwise, or with one pair only, it is not known, and nobody is blamed.
 */
export function blameByPairs(node: string, measured: readonly string[], suffering: readonly string[]): string | null {
  if (measured.length < 2) return null;
  if (suffering.length === measured.length) return node;
  const [only, ...more] = suffering;
  return only !== undefined && more.length === 0 ? only : null;
}
