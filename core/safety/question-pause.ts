/** While our cordon is on the node, a person may lift it at any time: then the question ends within this time. */
const WATCH_SECONDS = 20;

/**
 * How long to wait for an answer before the node is looked at; 0: the deadline has passed. `watched`: our cordon is on the
 * node. Times are epoch milliseconds.
 */
export function questionPauseSeconds(expiresAt: number, now: number, watched: boolean): number {
  const left = Math.max(0, Math.ceil((expiresAt - now) / 1_000));
  return watched ? Math.min(left, WATCH_SECONDS) : left;
}
