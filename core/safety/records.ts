/**
 * Records of one kind, each a single item that is changed by compare-and-set. The rules are pure functions beside this port;
 * a store only reads and writes. Throws `RestitchError` (code `store`), also for an item that cannot be read.
 */
export interface Records<T> {
  get(key: string): Promise<T | undefined>;
  /**
   * Writes what `change` makes of the present record, and returns what is stored then. `change` returns undefined to leave the
   * record as it is. It is called again after a lost race, so it must be pure.
   */
  change(key: string, change: (current: T | undefined) => T | undefined): Promise<T | undefined>;
  /** Every record of this kind. It may be a second old: what a decision needs is read with `get`. */
  list(): Promise<readonly T[]>;
}

/**
 * Changes a record that was `read` just now, where that needs a change. A record that needs none is not read once more. As with
 * `change`, the last call of `change` was the one that counts.
 */
export async function changeWhereNeeded<T>(
  records: Records<T>,
  key: string,
  read: T | undefined,
  change: (current: T | undefined) => T | undefined,
): Promise<T | undefined> {
  return change(read) === undefined ? read : records.change(key, change);
}
