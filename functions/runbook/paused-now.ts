import { describePause, PAUSE_LIST, type PauseSubject, pauseFor } from '../../core/safety/pause.ts';
import { owned, ownIn } from './own-incident.ts';
import { effect, type Run } from './run.ts';

/** The pause that is in force now, as a reason; undefined where there is none. Called inside a step. */
export async function pausedNow({ ports }: Run, subject: PauseSubject): Promise<string | undefined> {
  const pause = pauseFor(await ports.safety.pauses.get(PAUSE_LIST), subject, ports.clock());
  return pause && describePause(pause);
}

/**
 * Asked as the last thing before something is done: the pause that is in force, as a reason. Undefined: there is none. Throws
 * `LateRun` as `ownIncident` does.
 */
export async function whyNotNow(run: Run, subject: PauseSubject): Promise<string | undefined> {
  const { own, paused } = await effect(run, 'read pause', async () => {
    const [incident, paused = null] = await Promise.all([
      run.ports.store.get(run.input.incidentId),
      pausedNow(run, subject),
    ]);
    return { own: ownIn(run, incident), paused };
  });
  owned(run, own);
  return paused ?? undefined;
}
