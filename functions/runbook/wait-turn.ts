import { nextPauseSeconds } from '../../core/safety/next-pause.ts';
import type { Run } from './run.ts';

/** Waits for something busy. Returns the seconds waited so far; undefined: it took too long. */
export async function waitTurn(run: Run, waitedSeconds: number): Promise<number | undefined> {
  const seconds = nextPauseSeconds(waitedSeconds, run.settings.busySeconds);
  if (seconds === undefined) return undefined;
  await run.context.wait(`turn ${run.next()}`, { seconds });
  return waitedSeconds + seconds;
}
