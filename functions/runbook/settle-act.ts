import { targetKey } from '../../core/alert/target.ts';
import { trackKey } from '../../core/safety/autonomy.ts';
import { newBreakers, withoutCanary } from '../../core/safety/breaker.ts';
import { hostsActedOn } from '../../core/safety/hosts-acted-on.ts';
import { type ActOutcomeRemembered, type RememberedAct, rememberOutcome } from '../../core/safety/memory.ts';
import { changeWhereNeeded } from '../../core/safety/records.ts';
import { countOutcome } from './count-outcome.ts';
import { effect, type Run } from './run.ts';
import type { Action } from './rungs/rung.ts';

/**
 * Writes down how an act turned out: in the memory of each host, in the record by which the stage earns autonomy, and for the
 * breaker whose canary it was.
 */
export function settleAct(
  run: Run,
  { plan, operationKey, cluster, node, track }: Action,
  outcome: ActOutcomeRemembered,
): Promise<void> {
  return effect(run, `settle as ${outcome}`, async () => {
    const { memories, breakers, tracks } = run.ports.safety;
    const keys = hostsActedOn(plan, node).map((host) => targetKey({ cluster, node: host }));
    const [breakersRead, , ...memoriesRead] = await Promise.all([
      breakers.get(cluster),
      // Written below.
      tracks.get(trackKey(track)),
      ...keys.map((key) => memories.get(key)),
    ]);
    let known: RememberedAct | undefined;
    for (const [index, key] of keys.entries()) {
      const memory = await changeWhereNeeded(memories, key, memoriesRead[index], (current) =>
        rememberOutcome(current, operationKey, outcome),
      );
      known ??= memory?.acts.find((act) => act.operationKey === operationKey);
    }
    if (known === undefined || outcome === 'cancelled' || outcome === 'not-done') return;
    await countOutcome(run, cluster, known, outcome === 'healed' ? 'healed' : 'failed');
    const now = run.ports.clock();
    await changeWhereNeeded(breakers, cluster, breakersRead, (current) =>
      withoutCanary(current ?? newBreakers(cluster), run.input.incidentId, outcome === 'healed', now),
    );
  });
}
