import type { Target } from '../../core/alert/target.ts';
import { formatOperation } from '../../core/grammar/operation.ts';
import type { HostPlan, Plan } from '../../core/repair/plan.ts';
import type { DocumentName } from '../../core/runbook/node-command.ts';
import type { Stage } from '../../core/runbook/runbook.ts';
import { type ActionResult, runAction } from './durable-command.ts';
import { effect, type Run, record } from './run.ts';

/** A stage that is being carried out: its key, and which cluster and incident it is for. */
export interface Action {
  readonly stage: Stage;
  readonly plan: Plan;
  /** `<incident>.<stage>.<attempt>` */
  readonly operationKey: string;
  readonly cluster: string;
  /** The hosts roll back by themselves after this time unless they are told not to; 0: there is nothing to put back. */
  readonly confirmWithinSeconds: number;
}

export type Acted = { readonly type: 'done' } | { readonly type: 'failed'; readonly reason: string };

const LOCK_ATTEMPTS = 12;
const LOCK_PAUSE_SECONDS = 10;
/** A lock outlives the slowest stage with its verification; an owner that died frees it by expiry. */
const LOCK_SECONDS = 600;

/** Carries the plan out, one host at a time, each under its lock. The first failure ends the stage. */
export async function act(run: Run, action: Action): Promise<Acted> {
  for (const hostPlan of action.plan.hosts) {
    const result = await actOnHost(run, action, hostPlan);
    const reason = failureOf(result);
    await record(run, {
      event: 'command',
      summary: `${action.stage.name} on ${hostPlan.host}: ${reason ?? summaryOf(result)}`,
      stage: action.stage.name,
      operationKey: hostKey(action, hostPlan.host),
      detail: { operations: hostPlan.operations.map(formatOperation), result },
    });
    if (reason !== undefined) return { type: 'failed', reason };
  }
  return { type: 'done' };
}

async function actOnHost(run: Run, action: Action, hostPlan: HostPlan): Promise<ActionResult> {
  const host = { cluster: action.cluster, node: hostPlan.host };
  const token = await takeLock(run, host);
  if (token === undefined) return { type: 'unclear', reason: 'another incident is at work on the host' };
  const instanceId = await instanceOf(run, hostPlan.host);
  const result: ActionResult =
    instanceId === undefined
      ? { type: 'unclear', reason: 'the host has no reachable SSM agent' }
      : await runAction(run, {
          document: documentOf(action),
          instanceId,
          operationKey: hostKey(action, hostPlan.host),
          parameters: parametersOf(action, hostPlan, token),
          timeoutSeconds: action.stage.timeoutSeconds,
        });
  await effect(run, 'release lock', () => run.ports.locks.release(host, run.input.incidentId));
  return result;
}

/** One key per host: each node's journal knows its own part. */
function hostKey({ operationKey, plan }: Action, host: string): string {
  return plan.hosts.length === 1
    ? operationKey
    : `${operationKey}-${plan.hosts.findIndex((part) => part.host === host) + 1}`;
}

function documentOf({ stage }: Action): DocumentName {
  return stage.name === 'bounce' || stage.name === 'restart-agent' ? stage.name : 'apply';
}

function parametersOf(action: Action, hostPlan: HostPlan, token: number): Readonly<Record<string, string>> {
  const common = { operationKey: hostKey(action, hostPlan.host), fencingToken: String(token) };
  const change = {
    operations: hostPlan.operations.map(formatOperation).join(','),
    confirmWithinSeconds: String(action.confirmWithinSeconds),
  };
  switch (documentOf(action)) {
    case 'restart-agent':
      return common;
    case 'bounce':
      return { ...common, ...change, device: action.plan.device ?? '' };
    default:
      return { ...common, ...change, check: 'false' };
  }
}

/** The fencing token, or undefined: somebody else keeps the lock. */
export async function takeLock(run: Run, host: Target): Promise<number | undefined> {
  for (let attempt = 1; attempt <= LOCK_ATTEMPTS; attempt++) {
    const outcome = await effect(run, 'take lock', () => {
      const now = run.ports.clock();
      return run.ports.locks.acquire(host, run.input.incidentId, now, now + LOCK_SECONDS * 1_000);
    });
    if (outcome.type === 'acquired') return outcome.token;
    await run.context.wait(`lock ${run.next()}`, { seconds: LOCK_PAUSE_SECONDS });
  }
  return undefined;
}

async function instanceOf(run: Run, host: string): Promise<string | undefined> {
  const lookup = await effect(run, 'find instance', async () => {
    const node = await run.ports.cluster.getNode(host);
    return run.ports.commands.findInstance(host, node?.spec.providerID);
  });
  return lookup.type === 'found' && lookup.agent.status === 'online' ? lookup.instanceId : undefined;
}

/** Ends a change that is armed: `confirm` keeps it, `rollback` puts the snapshot back at once. */
export async function endChange(
  run: Run,
  action: Action,
  document: Extract<DocumentName, 'confirm' | 'rollback'>,
): Promise<void> {
  for (const { host } of action.plan.hosts) {
    const instanceId = await instanceOf(run, host);
    const operationKey = `${hostKey(action, host)}.${document}`;
    const result: ActionResult =
      instanceId === undefined
        ? { type: 'unclear', reason: 'the host has no reachable SSM agent: its own timer decides' }
        : await runAction(run, {
            document,
            instanceId,
            operationKey,
            parameters: { operationKey: hostKey(action, host) },
            timeoutSeconds: 60,
          });
    const summary = `${document} on ${host}: ${result.type === 'reported' ? result.report.status : result.reason}`;
    await record(run, { event: 'command', summary, stage: action.stage.name, operationKey, detail: result });
  }
}

function failureOf(result: ActionResult): string | undefined {
  if (result.type === 'unclear') return result.reason;
  const { status, reason } = result.report;
  if (status === 'applied' || status === 'unchanged') return undefined;
  if (status === 'absent') return 'it never ran, the journal of the node does not know it';
  return `${status}${reason === null ? '' : `: ${reason}`}`;
}

function summaryOf(result: ActionResult): string {
  if (result.type === 'unclear') return result.reason;
  const { status, changed, replayed } = result.report;
  return `${status}, ${changed.length} entries changed${replayed ? ' (from the journal)' : ''}`;
}
