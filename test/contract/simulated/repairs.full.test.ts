import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { formatOperation } from '../../../core/grammar/operation.ts';
import { planFullState } from '../../../core/repair/plan-entries.ts';
import { checkFleet } from '../../../lab/check-fleet.ts';
import { act, comparable, diagnose, VXLAN } from './fleet-documents.ts';
import { networkOf } from './reconcile-fleet.ts';
import { simulatedFleet } from './simulated-fleet.ts';

const healthy = { healthy: true, broken: [] };
let keys = 0;

describe('the simulated fleet', () => {
  const fleet = simulatedFleet();

  it('bounces a device and loses nothing', async () => {
    await fleet().inject('neighbour-wrong-mac');
    const [plan] = planFullState(networkOf(fleet()), 'gpu-1', VXLAN).hosts;
    const report = await act(fleet(), 'gpu-1', 'bounce', {
      operationKey: 'test.bounce.1',
      fencingToken: '2',
      device: VXLAN,
      operations: (plan?.operations ?? []).map(formatOperation).join(','),
      confirmWithinSeconds: '60',
    });
    expect(report).toMatchObject({ status: 'applied', failed: [] });
    expect(report.changed).toHaveLength(1);
    expect(await checkFleet(fleet())).toEqual(healthy);
    expect((await act(fleet(), 'gpu-1', 'confirm', { operationKey: 'test.bounce.1' })).status).toBe('confirmed');
  });

  it('rolls an unconfirmed bounce back by itself', async () => {
    await act(fleet(), 'gpu-2', 'bounce', {
      operationKey: 'test.bounce.2',
      fencingToken: '2',
      device: VXLAN,
      operations: 'route replace 10.99.0.0/24 via 10.42.0.0 dev flannel.1 onlink',
      confirmWithinSeconds: '2',
    });
    const journal = () => act(fleet(), 'gpu-2', 'read-journal', { operationKey: 'test.bounce.2' });
    while ((await journal()).status !== 'rolled-back') await sleep(200);
    expect((await diagnose(fleet(), 'gpu-2')).routes.map(([destination]) => destination)).not.toContain('10.99.0.0/24');
    expect(await checkFleet(fleet())).toEqual(healthy);
  });

  describe('under the whole grammar', () => {
    const apply = (lines: readonly string[], confirmWithinSeconds: string) => {
      keys += 1;
      return act(fleet(), 'hub-1', 'apply', {
        operationKey: `test.repair.${keys}`,
        fencingToken: '9',
        operations: lines.join(','),
        check: 'false',
        confirmWithinSeconds,
      });
    };
    const seen = async () => comparable(await diagnose(fleet(), 'hub-1'));

    it('does every line, and takes it back', async () => {
      const set = async (...argv: readonly [string, ...string[]]) => {
        expect(await fleet().exec('hub-1', { argv, timeoutMs: 5_000 })).toMatchObject({ code: 0, stderr: '' });
      };
      const [first, second] = (await diagnose(fleet(), 'hub-1')).wireguard?.peers ?? [];
      const { vxlan, mac } = (await diagnose(fleet(), 'hub-1')).links.find(({ name }) => name === VXLAN) ?? {};
      await set('sysctl', '-q', '-w', 'net.ipv4.ip_forward=0');
      const lines = [
        'sysctl net.ipv4.ip_forward 1',
        `vxlan create ${VXLAN} id 1 dstport 4789 local ${vxlan?.local} dev ${vxlan?.dev} address ${mac} mtu 1400`,
        `link up ${VXLAN}`,
        'link mtu wg0 1340',
        `addr replace 10.42.0.0/32 dev ${VXLAN}`,
        `wg keepalive wg0 peer ${first?.publicKey} 25`,
        `wg endpoint wg0 peer ${first?.publicKey} 203.0.113.99:51820`,
        `wg allowed-ips wg0 peer ${second?.publicKey} ${second?.allowedIps[0]} 10.77.0.0/16`,
        `neigh replace 10.42.11.0 lladdr 02:00:00:00:00:99 dev ${VXLAN}`,
        'route set 10.200.0.11/32 dev wg0 mtu 1328',
      ];
      const before = await seen();
      const done = await apply(lines, '600');
      expect(done).toMatchObject({ status: 'applied', changed: lines, failed: [] });
      const after = await seen();
      expect(after.links).toContainEqual(expect.objectContaining({ name: 'wg0', mtuBytes: 1340 }));
      expect(after.peers).toContainEqual({ allowedIps: first?.allowedIps, keepaliveSeconds: 25 });
      expect((await act(fleet(), 'hub-1', 'rollback', { operationKey: done.operationKey })).status).toBe('rolled-back');
      expect(await seen()).toEqual(before);
    });

    it('knows a line that is so', async () => {
      const lines = ['link mtu wg0 1340', 'route set 10.200.0.12/32 dev wg0 mtu 1328'];
      expect((await apply(lines, '0')).status).toBe('applied');
      expect(await apply(lines, '600')).toMatchObject({ status: 'unchanged', unchangedCount: 2 });
    });
  });
});
