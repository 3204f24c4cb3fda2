import { targetKey } from '../../core/alert/target.ts';
import { newBreakers, withoutCanary } from '../../core/safety/breaker.ts';
import { hostsActedOn } from '../../core/safety/hosts-acted-on.ts';
import { type ActOutcomeRemembered, type RememberedAct, rememberOutcome } from '../../core/safety/memory.ts';
import { countOutcome } from './count-outcome.ts';
import { effect, type Run } from './run.ts';
import type { Action } from './rungs/rung.ts';

/**
 * Writes down how an act turned out: in the memory of each host, in the record by which the stage earns autonomy, and for the
 * breaker whose canary it was.
 */
export function settleAct(
  run: Run,
  { plan, operationKey, cluster, node }: Action,
  outcome: ActOutcomeRemembered,
): Promise<void> {
  return effect(run, `settle as ${outcome}`, async () => {
    const { memories, breakers } = run.ports.safety;
    let known: RememberedAct | undefined;
    for (const host of hostsActedOn(plan, node)) {
      const key = targetKey({ cluster, node: host });
      const memory = await memories.change(key, (current) => rememberOutcome(current, operationKey, outcome));
      known ??= memory?.acts.find((act) => act.operationKey === operationKey);
    }
    if (known === undefined || outcome === 'cancelled' || outcome === 'not-done') return;
    await countOutcome(run, cluster, known, outcome === 'healed' ? 'healed' : 'failed');
    const now = run.ports.clock();
    await breakers.change(cluster, (current) =>
      withoutCanary(current ?? newBreakers(cluster), run.input.incidentId, outcome === 'healed', now),
    );
  });
}
