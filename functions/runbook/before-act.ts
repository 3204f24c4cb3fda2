import { targetKey } from '../../core/alert/target.ts';
import type { Incident, WaitsFor } from '../../core/incident/incident.ts';
import type { EndpointSet } from '../../core/repair/endpoint-set.ts';
import { endpointsSet } from '../../core/repair/endpoints-set.ts';
import { type BreakerRecord, forbiddenByBreaker, newBreakers, withCanary } from '../../core/safety/breaker.ts';
import { forbiddenByMemory, type RememberedAct, rememberAct } from '../../core/safety/memory.ts';
import { changeWhereNeeded } from '../../core/safety/records.ts';
import { type ActSubject, actSubject } from './act-subject.ts';
import type { Seen } from './look/seen.ts';
import { pausedNow } from './paused-now.ts';
import { effect, type Run } from './run.ts';
import type { PlannedStage } from './rungs/plan-ladder.ts';

/**
 * The last look at what may have changed since the guards were asked: a pause, a breaker, another incident that acts on the same
 * host. It takes the canary's place and writes the act into the memory of each host, before anything is done, so that of two
 * incidents at once only one acts. Returns why the stage may not act after all; null: it may.
 */
export function beforeAct(
  run: Run,
  incident: Incident,
  seen: Seen,
  planned: PlannedStage,
  operationKey: string,
): Promise<Stopped | null> {
  const subject = actSubject(run, incident, seen, planned);
  return effect(run, 'before act', async () => {
    const at = run.ports.clock();
    const { incidentId } = incident;
    const { class: faultClass, cause } = seen.diagnosis;
    const { stage, pool } = subject.track;
    const act = {
      at,
      operationKey,
      incidentId,
      run: run.input.run,
      stage,
      class: faultClass,
      cause,
      pool,
      outcome: null,
    };
    const [paused, breakers] = await readAll(run, incident, subject);
    if (paused !== undefined) return { why: paused, waitsFor: 'paused' as const };
    const broken = await takeCanary(run, incident, subject, breakers, at);
    if (broken !== undefined) return { why: broken, waitsFor: 'breaker' as const };
    const why = await remember(run, subject, act, (host) => endpointsSet(planned.plan, host, seen.evidence));
    return why === undefined ? null : { why };
  });
}

export interface Stopped {
  readonly why: string;
  readonly waitsFor?: WaitsFor;
}

/** The pause and the breakers; with them what is written next, the memories of the hosts and their locks, in one request. */
async function readAll(run: Run, { target: { cluster } }: Incident, subject: ActSubject) {
  const { safety, locks } = run.ports;
  const hosts = subject.hosts.map((node) => ({ cluster, node }));
  const [paused, breakers] = await Promise.all([
    pausedNow(run, subject.pause),
    safety.breakers.get(cluster),
    locks.readAhead(hosts),
    ...hosts.map((host) => safety.memories.get(targetKey(host))),
  ]);
  return [paused, breakers] as const;
}

/** `read`: the breakers as they were read just now. They are written only where a canary goes ahead. */
async function takeCanary(
  { ports, settings }: Run,
  { incidentId, target: { cluster } }: Incident,
  { node, cheapest, breakers }: ActSubject,
  read: BreakerRecord | undefined,
  now: number,
): Promise<string | undefined> {
  const scopes = breakers.map(({ name }) => name);
  const candidate = { incidentId, node, cheapest };
  let why: string | undefined;
  await changeWhereNeeded(ports.safety.breakers, cluster, read, (current) => {
    const record = current ?? newBreakers(cluster);
    why = forbiddenByBreaker(record, scopes, candidate, settings.safety.breaker, now);
    return why === undefined ? withCanary(record, scopes, candidate, now) : undefined;
  });
  return why;
}

async function remember(
  { ports, settings }: Run,
  { hosts, track: { cluster } }: ActSubject,
  act: RememberedAct,
  endpointsOn: (host: string) => readonly EndpointSet[],
): Promise<string | undefined> {
  for (const host of hosts) {
    let why: string | undefined;
    const endpoints = [...endpointsOn(host)];
    const own = endpoints.length === 0 ? act : { ...act, endpoints };
    await ports.safety.memories.change(targetKey({ cluster, node: host }), (memory) => {
      why = forbiddenByMemory(memory, { ...own, host }, settings.safety.memory, act.at);
      return why === undefined ? rememberAct(memory, own) : undefined;
    });
    if (why !== undefined) return why;
  }
  return undefined;
}
