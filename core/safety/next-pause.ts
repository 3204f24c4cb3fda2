const FIRST_PAUSE_SECONDS = 15;
const LONGEST_PAUSE_SECONDS = 120;

/** How long to wait for something busy, a little longer each time; undefined: the patience is used up. */
export function nextPauseSeconds(waitedSeconds: number, patienceSeconds: number): number | undefined {
  const left = patienceSeconds - waitedSeconds;
  return left <= 0 ? undefined : Math.min(left, LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS + waitedSeconds);
}
