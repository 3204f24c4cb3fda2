import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { formatOperation } from '../../../core/grammar/operation.ts';
import type { HostPlan, Plan } from '../../../core/repair/plan.ts';
import type { DocumentName } from '../../../core/runbook/node-command.ts';
import { isAnotherNode } from '../../../core/safety/node-claim.ts';
import { type ActionResult, runAction } from '../durable-command.ts';
import { whyNotNow } from '../paused-now.ts';
import { effect, type Remark, type Run, record } from '../run.ts';
import { withLock } from '../with-lock.ts';
import type { Action, ActOutcome, Settlement } from './rung.ts';

/** The document that a rung runs on each host of its plan, with the parameters that are the rung's own. */
export interface HostOrder {
  readonly document: DocumentName;
  readonly parameters: (part: HostPlan, plan: Plan) => Readonly<Record<string, string>>;
  /** Its hosts take the change back unless it is confirmed. */
  readonly isGuarded: boolean;
}

/**
 * A host rolls a change back after this time unless it is confirmed. Long enough for a look at every host with
 * MTU searches, also where Run Command is slow.
 */
export const CONFIRM_WITHIN_SECONDS = 120;
const SETTLE_TIMEOUT_SECONDS = 60;

/** The parameters of a change that the host rolls back unless it is confirmed in time. */
export function guardedChange({ operations }: HostPlan): Readonly<Record<string, string>> {
  return {
    operations: operations.map(formatOperation).join(','),
    confirmWithinSeconds: String(CONFIRM_WITHIN_SECONDS),
  };
}

/** Carries the plan out, one host at a time, each under its lock. The first failure ends the stage. */
export async function actOnHosts(run: Run, action: Action, order: HostOrder): Promise<ActOutcome> {
  const { stage, plan } = action;
  for (const part of plan?.hosts ?? []) {
    const result = await actOnHost(run, action, part, order);
    const held = whyHeldUp(result);
    const unseen = order.isGuarded ? whyUnseen(result) : undefined;
    const reason = held ?? unseen ?? failureOf(result);
    const said: Remark = {
      event: 'command',
      summary: `${stage.name} on ${part.host}: ${reason ?? summaryOf(result)}`,
      stage: stage.name,
      operationKey: hostKey(action, part.host),
      detail: { operations: part.operations.map(formatOperation), result },
    };
    if (reason === undefined && part === plan?.hosts.at(-1)) return { type: 'done', action, said };
    await record(run, said);
    if (held !== undefined) return { type: 'held-up', action, begun: part !== plan?.hosts[0], reason: held };
    if (unseen !== undefined) return { type: 'held-up', action, begun: true, reason: `${stage.name}: ${unseen}` };
    if (reason !== undefined) return { type: 'failed', action, reason };
  }
  return { type: 'done', action };
}

/** `not-begun`: a pause began, the host is busy, or another one than was looked at. */
async function actOnHost(run: Run, action: Action, part: HostPlan, order: HostOrder): Promise<ActionResult> {
  const { stage, plan, cluster } = action;
  const result = await withLock(run, { cluster, node: part.host }, async (token): Promise<ActionResult> => {
    const found = await instanceOf(run, action, part.host, run.ports.cluster.getNode);
    if (found === 'another-node')
      return { type: 'not-begun', reason: 'its Node was created anew since it was looked at' };
    if (found === undefined) return { type: 'unclear', reason: 'the host has no reachable SSM agent' };
    const operationKey = hostKey(action, part.host);
    const own = plan === null ? {} : order.parameters(part, plan);
    const command = {
      document: order.document,
      instanceId: found,
      operationKey,
      parameters: { operationKey, fencingToken: String(token), ...own },
      timeoutSeconds: stage.timeoutSeconds,
    };
    // The lock, and Run Command's throttling, may take minutes: a pause that began meanwhile counts.
    return runAction(run, command, () => whyNotNow(run, action.concerns));
  });
  return result === 'busy' ? { type: 'not-begun', reason: 'another incident is at work on the host' } : result;
}

/** Confirms the change, so that the hosts cancel their rollback timer, or rolls it back at once. */
export async function settleOnHosts(run: Run, action: Action, settlement: Settlement): Promise<void> {
  const document = settlement === 'confirm' ? 'confirm' : 'rollback';
  for (const { host } of action.plan?.hosts ?? []) {
    // A change is confirmed for the Node whose health was just seen.
    const nodeOf = settlement === 'confirm' ? run.nodes.seen : run.ports.cluster.getNode;
    const found = await instanceOf(run, action, host, nodeOf);
    const instanceId = found === 'another-node' ? undefined : found;
    const operationKey = `${hostKey(action, host)}.${document}`;
    const result: ActionResult =
      instanceId === undefined
        ? { type: 'unclear', reason: 'the host has no reachable SSM agent: its own timer decides' }
        : await runAction(run, {
            document,
            instanceId,
            operationKey,
            parameters: { operationKey: hostKey(action, host) },
            timeoutSeconds: SETTLE_TIMEOUT_SECONDS,
          });
    const summary = `${document} on ${host}: ${result.type === 'reported' ? result.report.status : result.reason}`;
    await record(run, { event: 'command', summary, stage: action.stage.name, operationKey, detail: result });
  }
}

/** One key per host: the journal of each node knows only its own part. */
function hostKey({ operationKey, plan }: Action, host: string): string {
  const hosts = plan?.hosts ?? [];
  return hosts.length === 1 ? operationKey : `${operationKey}-${hosts.findIndex((part) => part.host === host) + 1}`;
}

async function instanceOf(
  run: Run,
  { uids }: Action,
  host: string,
  nodeOf: (name: string) => Promise<NodeObject | undefined>,
): Promise<string | 'another-node' | undefined> {
  const lookup = await effect(run, 'find instance', async () => {
    const node = await nodeOf(host);
    if (node !== undefined && isAnotherNode(node, uids[host])) return { type: 'another-node' as const };
    return run.ports.commands.findInstance(host, node?.spec.providerID);
  });
  if (lookup.type === 'another-node') return lookup.type;
  return lookup.type === 'found' && lookup.agent.status === 'online' ? lookup.instanceId : undefined;
}

/** A host that is busy, or that refuses a late command, was not tried. */
function whyHeldUp(result: ActionResult): string | undefined {
  if (result.type === 'not-begun') return result.reason;
  if (result.type === 'unclear' || result.report.refusal === undefined) return undefined;
  return `refused: ${result.report.reason ?? result.report.refusal}`;
}

/**
 * It is gone by now, or nobody saw its end: that says nothing of whether it helps. A script that ended badly, also one that was
 * killed, would do so again.
 */
function whyUnseen(result: ActionResult): string | undefined {
  if (result.type !== 'reported') return result.reason;
  const { status } = result.report;
  const isUnseen = status === 'rolled-back' || (!result.ended && (status === 'interrupted' || status === 'absent'));
  return isUnseen ? failureOf(result) : undefined;
}

function failureOf(result: ActionResult): string | undefined {
  if (result.type !== 'reported') return result.reason;
  const { status, reason } = result.report;
  if (status === 'applied' || status === 'unchanged') return undefined;
  if (status === 'absent') return 'it never ran: the journal of the node does not know it';
  return `${status}${reason === null ? '' : `: ${reason}`}`;
}

function summaryOf(result: ActionResult): string {
  if (result.type !== 'reported') return result.reason;
  const { status, changed, replayed } = result.report;
  return `${status}, ${changed.length} entries changed${replayed ? ' (from the journal)' : ''}`;
}
