import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from '../../lab/fleet.ts';
import { bindParameters } from './bind-parameters.ts';
import type { CommandStatus, KeptCommand, KeptInvocation, KeptStep } from './kept-command.ts';
import { runOnNode } from './run-on-node.ts';
import type { SsmWorld } from './ssm-world.ts';

/** How often an offline agent is checked: cheaply for faults set on request, less often for the real uplink. */
const AWAY_POLL_MS = 50;
const NO_WAY_OUT_POLL_MS = 500;

type AgentWorld = Omit<SsmWorld, 'dispatch'>;

/**
 * The agent's part: picks a pending command up, runs it once, reports. A command that is still waiting when `stopping` is
 * aborted stays Pending.
 */
export async function deliver(
  world: AgentWorld,
  command: KeptCommand,
  instanceId: string,
  stopping: AbortSignal,
): Promise<void> {
  const { table, faults } = world;
  const where = { documentName: command.documentName, instanceId };
  const report = (invocation: Omit<KeptInvocation, 'commandId' | 'instanceId'>) => {
    if (table.isOpen) table.put({ commandId: command.commandId, instanceId, ...invocation });
  };
  if (faults.take('not-delivered', where)) return report(undelivered);
  const reached = await reachAgent(world, command, instanceId, stopping);
  if (reached === 'gone') return;
  if (reached === 'too-late') return report(undelivered);
  // Durable before anything runs: a restart that finds a command Pending knows that no script of it was started.
  report({ status: 'InProgress', statusDetails: 'InProgress', steps: [] });
  const steps = await execute(world, command, instanceId);
  const lost = faults.take('result-lost', where);
  if (lost === undefined) return report(summarize(steps));
  await pause(lost.milliseconds ?? 0, stopping);
  report(resultUnknown);
}

const undelivered = { status: 'TimedOut', statusDetails: 'DeliveryTimedOut', steps: [] } as const;

/** How Run Command ends a command whose agent never reported: it does not show what the script did. */
export const resultUnknown = { status: 'TimedOut', statusDetails: 'ExecutionTimedOut', steps: [] } as const;

async function reachAgent(
  { fleet, table, faults, clock }: AgentWorld,
  command: KeptCommand,
  instanceId: string,
  stopping: AbortSignal,
): Promise<'reached' | 'too-late' | 'gone'> {
  const where = { documentName: command.documentName, instanceId };
  const deadline = command.requestedAt + command.timeoutSeconds * 1_000;
  await pause(faults.take('slow-start', where)?.milliseconds ?? 0, stopping);
  for (;;) {
    const online = await isOnline(fleet, instanceId);
    // Cancelled while it waited, or the stand-in stops: the command stays as the table has it.
    if (stopping.aborted || table.invocation(command.commandId, instanceId)?.status !== 'Pending') return 'gone';
    if (clock() >= deadline) return 'too-late';
    if (online && faults.peek('agent-offline', where) === undefined) return 'reached';
    await pause(online ? AWAY_POLL_MS : NO_WAY_OUT_POLL_MS, stopping);
  }
}

/** An agent keeps a connection to the service over its host's own uplink; an instance that is gone has no agent. */
async function isOnline(fleet: Fleet, instanceId: string): Promise<boolean> {
  const host = fleet.hosts.find((candidate) => candidate.instanceId === instanceId);
  return host === undefined || fleet.hasWayOut(host.name);
}

async function execute(world: AgentWorld, command: KeptCommand, instanceId: string): Promise<readonly KeptStep[]> {
  const { fleet, documents, faults, clock } = world;
  const where = { documentName: command.documentName, instanceId };
  const document = documents.get(command.documentName)?.document;
  const host = fleet.hosts.find((candidate) => candidate.instanceId === instanceId);
  const now = clock();
  const unrun = (exitCode: number, stderr: string): readonly KeptStep[] => [
    {
      name: document?.mainSteps[0]?.name ?? 'unknown',
      ...{ status: 'Failed', statusDetails: 'Failed', responseCode: exitCode, stdout: '', stderr },
      ...{ startedAt: now, endedAt: now },
    },
  ];
  const failing = faults.take('document-fails', where);
  if (failing !== undefined) return unrun(failing.exitCode ?? 1, 'made to fail\n');
  if (document === undefined || host === undefined)
    return unrun(1, 'document or instance was removed while the command waited\n');
  const agent = faults.peek('agent-too-old', where) === undefined ? 'current' : 'too-old';
  const bound = bindParameters(document, command.parameters, agent);
  // The agent tells every script which instance it is on (amazon-ssm-agent, executers).
  const environment = { ...bound.environment, AWS_SSM_INSTANCE_ID: instanceId };
  return runOnNode(fleet, host.name, { ...bound, environment }, clock);
}

/** A command failed when any step failed; else it timed out when any did. */
function summarize(steps: readonly KeptStep[]): Omit<KeptInvocation, 'commandId' | 'instanceId'> {
  const worst = (status: CommandStatus) => steps.find((step) => step.status === status);
  const decisive = worst('Failed') ?? worst('TimedOut') ?? steps[0];
  return {
    status: decisive?.status ?? 'Success',
    statusDetails: decisive?.statusDetails ?? 'Success',
    steps,
  };
}

async function pause(milliseconds: number, stopping: AbortSignal): Promise<void> {
  if (milliseconds === 0) return;
  try {
    await sleep(milliseconds, undefined, { signal: stopping, ref: false });
  } catch {
    // Aborted: the caller sees it on the signal.
  }
}
