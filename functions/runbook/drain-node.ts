import { planDrain } from '../../core/safety/eviction.ts';
import { operatorUncordoned } from '../../core/safety/node-claim.ts';
import { holderOf } from './claims.ts';
import { whyNotNow } from './paused-now.ts';
import { effect, type Run, record } from './run.ts';
import type { Action, ActOutcome } from './rungs/rung.ts';

/** After a refusal by a PodDisruptionBudget the pod's owner needs time to start others. */
const PAUSE_SECONDS = 20;
const MOST_NAMED = 3;

/** What one round of evictions left. */
interface Round {
  readonly evicted: number;
  /** Pods that are still to be evicted or on their way out. */
  readonly left: number;
  /** No further round is of use: nothing is left, or only what is refused. */
  readonly over: boolean;
  readonly takenBack: boolean;
  readonly said: string;
}

/**
 * Evicts the pods of the node in rounds, until all are gone or the stage's time is over. A pod whose budget refuses is asked about
 * again in the next round, and never deleted. A pause, a later run or a person who uncordons the node ends it between two rounds.
 */
export async function drainNode(run: Run, action: Action): Promise<ActOutcome> {
  const { node } = action;
  let evicted = 0;
  let told = '';
  for (let waited = 0; ; waited += PAUSE_SECONDS) {
    const paused = await whyNotNow(run, action.concerns);
    if (paused !== undefined) return { type: 'held-up', action, begun: evicted > 0, reason: paused };
    const round = await effect(run, 'evict pods', () => evictOnce(run, node));
    if (round.takenBack) return { type: 'held-up', action, begun: evicted > 0, reason: 'a person took the node back' };
    evicted += round.evicted;
    const said = `${evicted} pods evicted, ${round.said}`;
    const isOver = round.over || waited + PAUSE_SECONDS > action.stage.timeoutSeconds;
    if (said !== told) {
      const { stage, operationKey } = action;
      await record(run, { event: 'drained', summary: `${node}: ${said}`, stage: stage.name, operationKey });
    }
    told = said;
    if (isOver) return { type: 'out-of-service', said: round.left === 0 ? `drained: ${said}` : `not empty: ${said}` };
    await run.context.wait(`drain ${run.next()}`, { seconds: PAUSE_SECONDS });
  }
}

/** One round. A repetition after a crash finds the evicted pods on their way out. */
async function evictOnce(run: Run, node: string): Promise<Round> {
  const { cluster } = run.ports;
  const object = await cluster.getNode(node);
  const none = { evicted: 0, left: 0, over: true, takenBack: false };
  if (object !== undefined && operatorUncordoned(object, holderOf(run))) return { ...none, takenBack: true, said: '' };
  const read = await cluster.readPods(node);
  if (read.type === 'denied')
    return { ...none, left: 1, said: 'its pods may not be listed: apply deploy/kubernetes/rbac-drain.yaml' };
  const { evict, leaving, unmanaged } = planDrain(read.pods);
  let evicted = 0;
  const blocked: string[] = [];
  const refused: string[] = [];
  for (const pod of evict) {
    const outcome = await cluster.evictPod(pod);
    if (outcome.type === 'evicted') evicted += 1;
    if (outcome.type === 'blocked') blocked.push(`${pod.namespace}/${pod.name}`);
    if (outcome.type === 'refused') refused.push(`${pod.namespace}/${pod.name} (${outcome.reason})`);
  }
  const stopping = evicted + leaving.length;
  const said = [
    `${stopping} stopping`,
    ...(blocked.length === 0 ? [] : [`${blocked.length} kept by a disruption budget: ${named(blocked)}`]),
    ...(refused.length === 0 ? [] : [`${refused.length} refused: ${named(refused)}`]),
    ...(unmanaged.length === 0 ? [] : [`${unmanaged.length} without a controller stay`]),
  ].join('; ');
  const open = stopping + blocked.length;
  return { evicted, left: open + refused.length, over: open === 0, takenBack: false, said };
}

function named(pods: readonly string[]): string {
  const rest = pods.length - MOST_NAMED;
  return `${pods.slice(0, MOST_NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
