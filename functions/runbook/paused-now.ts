import { describePause, PAUSE_LIST, type PauseSubject, pauseFor } from '../../core/safety/pause.ts';
import { effect, type Run } from './run.ts';

/** The pause that is in force now, as a reason; undefined where there is none. Called inside a step. */
export async function pausedNow({ ports }: Run, subject: PauseSubject): Promise<string | undefined> {
  const pause = pauseFor(await ports.safety.pauses.get(PAUSE_LIST), subject, ports.clock());
  return pause && describePause(pause);
}

/** The same as a step of its own. */
export async function readPause(run: Run, subject: PauseSubject): Promise<string | undefined> {
  return (await effect(run, 'read pause', async () => (await pausedNow(run, subject)) ?? null)) ?? undefined;
}
