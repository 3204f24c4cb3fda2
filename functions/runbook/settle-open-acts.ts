import { type Target, targetKey } from '../../core/alert/target.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { openActsBefore, type RememberedAct, rememberOutcome } from '../../core/safety/memory.ts';
import { effect, type Run } from './run.ts';

/** A plan has at most this many hosts, and their keys end in a number. */
const MOST_HOSTS = 4;

/** They act on the Node alone, by its claim and by evictions. */
const sendsNoCommand: readonly string[] = ['quarantine', 'drain'];

/**
 * An act is remembered before it is done. Where an earlier run of this incident broke down in between, Run Command's list does
 * not know the act: it was not done, and is no reason to wait for a cooldown. Where it knows the act and its command still runs,
 * the earlier run was only taken for dead: why this run has to wait. Undefined: it need not.
 */
export async function settleOpenActs(
  run: Run,
  { target }: Incident,
  hosts: readonly string[],
): Promise<string | undefined> {
  if (run.input.run === 1) return undefined;
  const atWork = await effect(run, 'settle open acts', async () => {
    const found: string[] = [];
    for (const host of hosts) found.push(...(await settleOn(run, { cluster: target.cluster, node: host })));
    return found;
  });
  return atWork[0];
}

/** What an earlier run still does on the host. */
async function settleOn(run: Run, host: Target): Promise<readonly string[]> {
  const { memories } = run.ports.safety;
  const key = targetKey(host);
  const atWork: string[] = [];
  for (const { operationKey, stage } of openActsBefore(await memories.get(key), run.input)) {
    if (sendsNoCommand.includes(stage)) continue;
    const state = await stateOf(run, host.node, operationKey);
    if (state === 'never-sent')
      await memories.change(key, (memory) => rememberOutcome(memory, operationKey, 'not-done'));
    if (state === 'at-work') atWork.push(`${stage} of an earlier run is still at work on ${host.node}`);
  }
  return atWork;
}

/** `unknown` also where it cannot be found out: a route table, or a host without an agent. */
async function stateOf(
  run: Run,
  host: string,
  operationKey: RememberedAct['operationKey'],
): Promise<'never-sent' | 'at-work' | 'unknown'> {
  const { cluster, commands } = run.ports;
  const node = await cluster.getNode(host);
  const found = await commands.findInstance(host, node?.spec.providerID);
  if (found.type !== 'found') return 'unknown';
  const ofOneHost = Array.from({ length: MOST_HOSTS }, (_, index) => `${operationKey}-${index + 1}`);
  for (const key of [operationKey, ...ofOneHost]) {
    const commandId = await commands.findCommand(key, found.instanceId);
    if (commandId === undefined) continue;
    const { status } = await commands.result(commandId, found.instanceId);
    return status === 'running' ? 'at-work' : 'unknown';
  }
  return 'never-sent';
}
