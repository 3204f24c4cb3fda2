import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { findNode } from '../../core/evidence/fleet-map.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { operatorUncordoned } from '../../core/safety/node-claim.ts';
import { type Attempt, abandon, confirm, judge, withdraw } from './attempt.ts';
import { holderOf } from './claims.ts';
import { climb } from './climb.ts';
import { createRun } from './create-run.ts';
import { close, handOver, type RunSummary } from './finish.ts';
import { look } from './look/look.ts';
import type { Seen } from './look/seen.ts';
import { resolveNode } from './resolve-node.ts';
import { effect, type Run, type RunInput } from './run.ts';
import type { RunPorts } from './run-ports.ts';
import type { RunbookSettings } from './settings.ts';
import { waitTurn } from './wait-turn.ts';

export type { RunInput } from './run.ts';

/** Each round is one look and at most one step on the ladder; a run that needs more rounds is handed over. */
const MOST_ROUNDS = 40;

/**
 * The workflow of one incident, as a durable execution: look, decide, act, look again, until the network is verified or
 * the ladder ends. Every round begins with fresh evidence: the same look verifies a repair and finds the next fault. After
 * a stage that did not heal the node, `judge` confirms the change or puts it back, and `climb` takes the next stage. A node
 * that healed by itself is left alone.
 */
export async function runIncident(
  input: RunInput,
  context: DurableContext,
  ports: RunPorts,
  settings: RunbookSettings,
): Promise<RunSummary> {
  const run = createRun(input, context, ports, settings);
  const loaded = await effect(run, 'load incident', async () => (await ports.store.get(input.incidentId)) ?? null);
  if (loaded === null) throw new TypeError(`no incident ${input.incidentId}`);
  if (loaded.phase === 'closed') return { incidentId: loaded.incidentId, outcome: loaded.outcome ?? 'at-rest' };
  const resolved = await resolveNode(run, loaded);
  if (resolved.type === 'ended') return resolved.summary;
  const { incident } = resolved;
  let attempt: Attempt = { type: 'none' };
  let node: string | undefined;
  let waitedSeconds = 0;
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const seen = await look(run, incident);
    if (seen.type === 'unknown-target') return handOver(run, incident, undefined, seen.reason);
    node = nodeOf(seen);
    if (takenBack(run, seen)) {
      await abandon(run, attempt);
      return close(run, incident, nodeOf(seen), 'cancelled', leftAlone(run));
    }
    if (seen.verified) {
      const verdict = await verifyStable(run, incident, seen, attempt);
      if (verdict !== 'unstable') return verdict;
      continue;
    }
    if (attempt.type === 'acted') await judge(run, incident, seen, attempt);
    const step = await climb(run, incident, seen, attempt);
    if (step.type === 'hand-over') return handOver(run, incident, nodeOf(seen), step.why);
    attempt = step.attempt;
    const waited = step.type === 'wait' ? await waitTurn(run, waitedSeconds) : 0;
    if (waited === undefined) {
      await withdraw(run, attempt);
      const why = step.type === 'wait' ? step.why : '';
      return handOver(run, incident, nodeOf(seen), `${why}, still so after ${waitedSeconds} s`);
    }
    waitedSeconds = waited;
  }
  await abandon(run, attempt);
  return handOver(run, incident, node, `still not settled after ${MOST_ROUNDS} looks`);
}

function nodeOf(seen: Seen): string {
  return seen.evidence.target.node;
}

function leftAlone({ settings }: Run): string {
  return `a person uncordoned the node: it is left alone for ${settings.coolOffSeconds} s`;
}

function takenBack(run: Run, seen: Seen): boolean {
  const node = findNode(seen.evidence.nodes, nodeOf(seen));
  return node !== undefined && operatorUncordoned(node, holderOf(run));
}

/**
 * One healthy look is not enough: the change is confirmed, the node is watched for the configured time, and looked at once
 * more. Where the network works and the node is still not Ready, the fault is not the network's, and a person is told so.
 */
async function verifyStable(
  run: Run,
  incident: Incident,
  seen: Seen,
  attempt: Attempt,
): Promise<RunSummary | 'unstable'> {
  if (attempt.type === 'acted') await confirm(run, attempt);
  else await withdraw(run, attempt);
  let latest = seen;
  if (run.settings.stableSeconds > 0) {
    await run.context.wait(`stable ${run.next()}`, { seconds: run.settings.stableSeconds });
    const again = await look(run, incident);
    if (again.type !== 'seen' || !again.verified) return 'unstable';
    latest = again;
  }
  if (attempt.type === 'acted') {
    const why = `${attempt.action.stage.name} healed it, verified in both directions`;
    return close(run, incident, nodeOf(seen), 'repaired', why);
  }
  if (latest.diagnosis.class !== 'healthy') {
    return handOver(
      run,
      incident,
      nodeOf(seen),
      `the pod network is healthy, but Ready is ${latest.evidence.kubernetes.ready}`,
    );
  }
  return close(run, incident, nodeOf(seen), 'self-recovered', 'every path passes and nothing was left to repair');
}
