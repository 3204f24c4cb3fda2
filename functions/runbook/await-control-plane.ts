import type { Incident } from '../../core/incident/incident.ts';
import { countLeases, whyManyAreStale } from '../../core/safety/stale-leases.ts';
import { handOver, type RunSummary } from './finish.ts';
import { orNoApi } from './or-no-api.ts';
import { ownIncident } from './own-incident.ts';
import { effect, type Run, record } from './run.ts';
import { waitTurn } from './wait-turn.ts';

/**
 * The control plane's own incident waits until the API server answers and most leases are fresh, and says so. After the time for
 * which a run waits a person is called. Undefined: nothing of that kind is wrong now.
 */
export async function awaitControlPlane(run: Run, incident: Incident): Promise<RunSummary | undefined> {
  let waitedSeconds = 0;
  for (;;) {
    const why = await effect(run, 'read control plane', async () => (await whyInTrouble(run)) ?? null);
    if (why === null) return undefined;
    if (waitedSeconds === 0) await record(run, { event: 'verification', summary: `hands off every node: ${why}` });
    const waited = await waitTurn(run, waitedSeconds);
    if (waited === undefined) return handOver(run, incident, undefined, `${why}, still so after ${waitedSeconds} s`);
    waitedSeconds = waited;
    await ownIncident(run);
  }
}

/** Read from the Kubernetes API alone: no host is asked. */
async function whyInTrouble({ ports: { cluster, clock }, settings }: Run): Promise<string | undefined> {
  const read = await orNoApi(async () => {
    const [nodes, ages] = await Promise.all([cluster.listNodes(), cluster.listLeaseAges(clock())]);
    return { type: 'leases' as const, leases: countLeases(nodes, ages) };
  });
  if (read.type === 'no-api') return `the API server is in trouble: ${read.reason}`;
  return whyManyAreStale(read.leases, settings.safety.staleLeases);
}
