import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import { SettingsEnvironment, settingsFrom } from '../../../functions/runbook/config.ts';
import { collectEvidence } from '../../../functions/runbook/look/collect-evidence.ts';
import { confirmLook } from '../../../functions/runbook/look/confirm-look.ts';
import { understand } from '../../../functions/runbook/look/seen.ts';
import { createFakeCloudRoutes } from '../../fakes/fake-cloud-routes.ts';
import { createFakeCluster } from '../../fakes/fake-cluster.ts';
import { createFakeNodeCommands } from '../../fakes/fake-node-commands.ts';

/** A look at a node that lacks its entries; then they are put back, and it is looked at again. */
async function afterRepair() {
  const commands = createFakeNodeCommands();
  const cluster = createFakeCluster();
  const cloudRoutes = createFakeCloudRoutes({});
  const ports = { commands, cluster, cloudRoutes, clock: () => 1_800_000_000_000, sleep: async () => undefined };
  const settings = settingsFrom(SettingsEnvironment.parse({}));
  const target = { cluster: 'lab', node: 'gpu-1' };
  const collected = await collectEvidence(target, 'first', ports, settings);
  if (collected.type !== 'collected') throw new Error(collected.reason);
  const earlier = collected.evidence;
  commands.broken = false;
  const sentBefore = commands.sent.length;
  return {
    commands,
    cluster,
    earlier,
    confirm: async (than: Evidence = earlier) =>
      confirmLook(target, 'again', ports, settings, than, await cluster.listNodes()),
    /** Who was asked since the repair, in the order of sending. */
    asked: () =>
      commands.sent.slice(sentBefore).map(({ instanceId, parameters }) => {
        const what = parameters['probes'] === '' ? 'reads' : 'probes';
        return `${instanceId.replace('mi-', '')} ${what}`;
      }),
  };
}

describe('a look that only confirms', () => {
  it('is one command to the hub, then one to the others, and shows that the network passes', async () => {
    const { confirm, asked } = await afterRepair();
    const evidence = await confirm();
    expect(asked()).toEqual(['hub-1 probes', 'gpu-1 probes', 'gpu-2 probes', 'cloud-1 probes']);
    expect(evidence && understand(evidence).verified).toBe(true);
  });

  it('reads every host whole: the tables as they are now, not those of the earlier look', async () => {
    const { confirm, earlier } = await afterRepair();
    const entries = (evidence: Evidence | undefined) =>
      evidence?.readings.map(({ host, passive }) => [
        host,
        passive.status === 'read' ? passive.evidence.fdb.length : 'unread',
      ]);
    expect(entries(earlier)).toContainEqual(['gpu-1', 0]);
    expect(entries(await confirm())).toContainEqual(['gpu-1', 3]);
  });

  it('ends where a packet of the hub is lost, before anybody beyond the hub sends', async () => {
    const { commands, confirm, asked } = await afterRepair();
    commands.lost = (name, host) => host === 'hub-1' && name === 'underlay-gpu-1';
    expect(await confirm()).toBeUndefined();
    expect(asked()).toEqual(['hub-1 probes']);
  });

  it.each(['gpu-1', 'gpu-2', 'cloud-1'])('says nothing where a packet of %s is lost', async (sender) => {
    const { commands, confirm } = await afterRepair();
    commands.lost = (name, host) => host === sender && name.startsWith('vtep');
    expect(await confirm()).toBeUndefined();
  });

  it('says nothing where a host does not answer, or answers for another', async () => {
    const { commands, confirm } = await afterRepair();
    commands.reads = (evidence, host) => (host === 'gpu-2' ? { ...evidence, hostname: 'gpu-7' } : evidence);
    expect(await confirm()).toBeUndefined();
  });

  it('says nothing where the earlier look did not read every host', async () => {
    const { confirm, earlier } = await afterRepair();
    const readings = earlier.readings.map((reading) =>
      reading.host === 'gpu-2'
        ? { ...reading, passive: { status: 'unreachable' as const, reason: 'no answer within 45 s' } }
        : reading,
    );
    expect(await confirm({ ...earlier, readings })).toBeUndefined();
  });

  it('says nothing where the repair changed what full size is: packets of that size were not sent', async () => {
    const { commands, confirm } = await afterRepair();
    const wider = 1_390;
    commands.reads = (evidence) => ({
      ...evidence,
      links: evidence.links.map((link) => (link.name === 'flannel.1' ? { ...link, mtuBytes: wider } : link)),
    });
    expect(await confirm()).toBeUndefined();
  });

  it('says nothing where other hosts were asked before, or where nothing was mended', async () => {
    const { commands, confirm, earlier } = await afterRepair();
    const hosts = ['gpu-1', 'hub-1', 'cloud-1'];
    const readings = earlier.readings.filter(({ host }) => hosts.includes(host));
    expect(await confirm({ ...earlier, readings })).toBeUndefined();
    commands.broken = true;
    expect(await confirm()).toBeUndefined();
  });
});
