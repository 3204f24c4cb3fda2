import { targetKey } from '../../core/alert/target.ts';
import { findNode } from '../../core/evidence/fleet-map.ts';
import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { endpointsSet } from '../../core/repair/endpoints-set.ts';
import { trackKey } from '../../core/safety/autonomy.ts';
import { breakersOf, countBroken, newBreakers } from '../../core/safety/breaker.ts';
import type { Standing } from '../../core/safety/guards/standing.ts';
import { type HostWindow, MAINTENANCE_ANNOTATION } from '../../core/safety/maintenance-window.ts';
import { rememberTrouble } from '../../core/safety/memory.ts';
import { PAUSE_LIST } from '../../core/safety/pause.ts';
import { changeWhereNeeded } from '../../core/safety/records.ts';
import { actSubject } from './act-subject.ts';
import type { Seen } from './look/seen.ts';
import type { Run } from './run.ts';
import type { PlannedStage } from './rungs/plan-ladder.ts';

/**
 * Reads what stands beyond the incident, and adds this node's trouble to it: to its memory, and to its breakers, which may trip
 * now. All of it can be repeated after a crash. Called inside a step.
 */
export async function readStanding(run: Run, incident: Incident, seen: Seen, planned: PlannedStage): Promise<Standing> {
  const { cluster } = incident.target;
  const { safety: settings } = run.settings;
  const subject = actSubject(run, incident, seen, planned);
  const { node, hosts, breakers: scopes } = subject;
  const names = scopes.map(({ name }) => name);
  const now = run.ports.clock();
  const { pauses, memories, tracks, breakers } = run.ports.safety;
  const keyOf = (host: string) => targetKey({ cluster, node: host });
  const [paused, track, breakersRead, ownRead, ...others] = await Promise.all([
    pauses.get(PAUSE_LIST),
    tracks.get(trackKey(subject.track)),
    breakers.get(cluster),
    memories.get(keyOf(node)),
    ...hosts.map((host) => memories.get(keyOf(host))),
  ]);
  const own = await changeWhereNeeded(memories, keyOf(node), ownRead, (memory) =>
    rememberTrouble(memory, incident.incidentId, now),
  );
  const record = await changeWhereNeeded(breakers, cluster, breakersRead, (current) =>
    countBroken(current ?? newBreakers(cluster), { node, scopes }, settings.breaker, now),
  );
  return {
    pauses: paused,
    pauseSubject: subject.pause,
    run: run.input.run,
    memories: hosts.map((host, index) => {
      const memory = host === node ? own : others[index];
      const endpoints = endpointsSet(planned.plan, host, seen.evidence);
      return { host, memory: memory && { ...memory, undone: null }, endpoints };
    }),
    memoryLimits: settings.memory,
    breakers: breakersOf(record ?? newBreakers(cluster), names),
    breakerLimits: settings.breaker,
    breakerScopes: names,
    cheapest: subject.cheapest,
    windows: windowsOf(run, hosts, seen.evidence.nodes, now),
    leases: seen.evidence.kubernetes.fleetLeases ?? null,
    leaseLimits: settings.staleLeases,
    autonomy: {
      mode: settings.autonomy.mode,
      earned: settings.autonomy.earned,
      level: track?.level ?? 'shadow',
    },
  };
}

function windowsOf(
  { settings, ports }: Run,
  hosts: readonly string[],
  nodes: readonly NodeObject[],
  now: number,
): readonly HostWindow[] {
  return hosts.map((host) => {
    const own = findNode(nodes, host)?.metadata.annotations[MAINTENANCE_ANNOTATION];
    return { host, reading: ports.readWindows(own ?? settings.safety.maintenanceWindows, now) };
  });
}
