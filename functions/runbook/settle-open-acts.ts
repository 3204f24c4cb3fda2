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
 * not know the act: it was not done, and is no reason to wait for a cooldown.
 */
export async function settleOpenActs(run: Run, { target }: Incident, hosts: readonly string[]): Promise<void> {
  if (run.input.run === 1) return;
  await effect(run, 'settle open acts', async () => {
    for (const host of hosts) await settleOn(run, { cluster: target.cluster, node: host });
  });
}

async function settleOn(run: Run, host: Target): Promise<void> {
  const { memories } = run.ports.safety;
  const key = targetKey(host);
  for (const { operationKey, stage } of openActsBefore(await memories.get(key), run.input)) {
    if (sendsNoCommand.includes(stage)) continue;
    if (await neverSent(run, host.node, operationKey))
      await memories.change(key, (memory) => rememberOutcome(memory, operationKey, 'not-done'));
  }
}

/** False also where it cannot be found out: a route table, or a host without an agent. */
async function neverSent(run: Run, host: string, operationKey: RememberedAct['operationKey']): Promise<boolean> {
  const { cluster, commands } = run.ports;
  const node = await cluster.getNode(host);
  const found = await commands.findInstance(host, node?.spec.providerID);
  if (found.type !== 'found') return false;
  const ofOneHost = Array.from({ length: MOST_HOSTS }, (_, index) => `${operationKey}-${index + 1}`);
  for (const key of [operationKey, ...ofOneHost]) {
    if ((await commands.findCommand(key, found.instanceId)) !== undefined) return false;
  }
  return true;
}
