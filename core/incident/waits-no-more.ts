import type { BreakerRecord } from '../safety/breaker.ts';
import { type PauseList, type PauseScope, pausesInForce } from '../safety/pause.ts';
import type { Incident } from './incident.ts';

type Waiting = Pick<Incident, 'phase' | 'waitsFor' | 'target' | 'diagnosis'>;

/** Whether a pause of this scope may be what the incident waits for. Its pool is not kept with it, so each pool may be. */
export function mayWaitForPause({ phase, waitsFor, target, diagnosis }: Waiting, scope: PauseScope): boolean {
  if (phase !== 'handed-over' || waitsFor !== 'paused') return false;
  if (scope.type === 'cluster') return scope.cluster === target.cluster;
  return scope.type !== 'class' || diagnosis === null || scope.class === diagnosis;
}

/** Whether the breakers of this cluster may be what the incident waits for. */
export function mayWaitForBreaker({ phase, waitsFor, target }: Waiting, cluster: string): boolean {
  return phase === 'handed-over' && waitsFor === 'breaker' && target.cluster === cluster;
}

/** True when it surely waits for nothing any more. `now`: epoch milliseconds. */
export function waitsNoMore(
  incident: Waiting,
  pauses: PauseList | undefined,
  breakers: BreakerRecord | undefined,
  now: number,
): boolean {
  if (incident.phase !== 'handed-over' || incident.waitsFor === undefined) return false;
  if (incident.waitsFor === 'breaker') return Object.keys(breakers?.tripped ?? {}).length === 0;
  return !pausesInForce(pauses, now).some(({ scope }) => mayWaitForPause(incident, scope));
}
