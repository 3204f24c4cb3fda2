import type { Diagnosis } from '../../core/diagnosis/diagnosis.ts';
import { leavesOf } from '../../core/evidence/evidence.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { peerOf } from '../../core/overlay/drift.ts';
import { type Attempt, confirm, leavesUnderWay, withdraw } from './attempt.ts';
import { endGate } from './claims.ts';
import { close, type Ending, handOver, type RunSummary } from './finish.ts';
import { look } from './look/look.ts';
import type { Seen, SeenWithAlerts } from './look/seen.ts';
import { ownIncident } from './own-incident.ts';
import type { Run } from './run.ts';
import { settleAct } from './settle-act.ts';
import { scoreUndone } from './shadow.ts';

/** Alerts that come again and again while the incident closes are looked at this often before the run goes on as usual. */
const MOST_CLOSINGS = 5;

/**
 * One healthy look is not enough: the change is confirmed, the node is watched for the configured time, and looked at once
 * more (`unstable`: it did not last), unless that was done already (`isWatched`). An alert that came after the last look calls
 * for another one, which may show a fault that the stage had nothing to do with (`new-fault`): so may further leaves of a hub.
 * Where the network works and the node is still not Ready, the fault is not the network's, and a person is told so.
 */
export async function verifyStable(
  run: Run,
  incident: Incident,
  first: SeenWithAlerts,
  attempt: Attempt,
  isWatched: boolean,
): Promise<RunSummary | 'unstable' | 'new-fault'> {
  if (attempt.type === 'acted') await confirm(run, attempt);
  else await withdraw(run, attempt);
  let latest = first;
  for (let closing = 1; closing <= MOST_CLOSINGS; closing++) {
    const isDue = run.settings.stableSeconds > 0 && !isWatched;
    if (isDue || closing > 1 || incident.shared !== undefined) {
      const again = await lookAgain(run, incident, attempt, latest.seen);
      if (again === 'unstable') return closing === 1 ? 'unstable' : 'new-fault';
      latest = again;
    }
    const { diagnosis, evidence, verified } = latest.seen;
    const { node } = evidence.target;
    if (attempt.type === 'acted') await settleAct(run, attempt.action, 'healed');
    else await scoreUndone(run, incident, latest.seen);
    if (!verified) return 'new-fault';
    if (attempt.type !== 'acted' && diagnosis.class !== 'healthy') {
      await endGate(run, incident, node);
      return handOver(run, incident, node, `the pod network passes, but ${whyNotHealthy(diagnosis)}`);
    }
    const closed = await close(run, incident, { ...endingOf(attempt), node, seen: latest.alerts });
    if (closed.type === 'closed') return closed.summary;
  }
  return 'new-fault';
}

/** The node is not Ready, or what its health depends on was not seen. */
function whyNotHealthy({ against }: Diagnosis): string {
  return against.find((each) => each.class === 'healthy')?.why ?? 'that it is healthy is not known';
}

/** A hub is looked at for every leaf again: another one may have come while the change was watched. */
async function lookAgain(
  run: Run,
  incident: Incident,
  attempt: Attempt,
  earlier: Seen,
): Promise<SeenWithAlerts | 'unstable'> {
  const { stableSeconds } = run.settings;
  await run.context.wait(`stable ${run.next()}`, { seconds: stableSeconds > 0 ? stableSeconds : 1 });
  const { alerts } = await ownIncident(run);
  const seen = await look(run, incident, undefined, earlier);
  if (seen.type !== 'seen') return 'unstable';
  return seen.verified || isOfFurtherLeaves(seen, leavesUnderWay(attempt)) ? { seen, alerts } : 'unstable';
}

/** All that is wrong now is what the hub holds about leaves that the change was not for. */
function isOfFurtherLeaves({ evidence, facts }: Seen, mended: readonly string[] = []): boolean {
  const further = leavesOf(evidence).filter((leaf) => !mended.includes(leaf));
  const { drifts } = facts;
  return drifts.length > 0 && drifts.every((drift) => further.some((leaf) => leaf === peerOf(drift)));
}

function endingOf(attempt: Attempt): Pick<Ending, 'outcome' | 'why'> {
  return attempt.type === 'acted'
    ? { outcome: 'repaired', why: `${attempt.action.stage.name} healed it, verified in both directions` }
    : { outcome: 'self-recovered', why: 'every path passes and nothing was left to repair' };
}
