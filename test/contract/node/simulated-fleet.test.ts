import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { formatOperation } from '../../../core/grammar/operation.ts';
import { planFullState } from '../../../core/repair/plan-entries.ts';
import { parseNodeEvidence } from '../../../functions/runbook/look/parse-output.ts';
import { checkFleet } from '../../../lab/check-fleet.ts';
import type { Fleet } from '../../../lab/fleet.ts';
import { createSimulatedFleet } from '../../../lab/simulated/create-simulated-fleet.ts';
import { act, comparable, diagnose, runDocument, VXLAN } from './fleet-documents.ts';
import { networkOf, reconcile } from './reconcile-fleet.ts';

const healthy = { healthy: true, broken: [] };
let keys = 0;

/** Drift of every table; the other ways to get there are in `simulated-reconcile.full.test.ts`. */
const reconcilable = ['fdb-flushed', 'neighbour-wrong-mac', 'pod-routes-missing'];

describe('the simulated fleet', () => {
  let stateDir: string;
  let fleet: Fleet;

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'restitch-simulated-'));
    fleet = await createSimulatedFleet({ stateDir });
  });
  afterEach(() => fleet.clear());
  afterAll(async () => {
    await fleet.down();
    await rm(stateDir, { recursive: true, force: true });
  });

  it('is healthy, and no host differs from its Node objects', async () => {
    expect(await checkFleet(fleet)).toEqual(healthy);
    expect(await reconcile(fleet)).toEqual([]);
  });

  it('answers the node scripts with the host’s own name, and no private key', async () => {
    const output = await runDocument(fleet, 'hub-1', 'diagnose', {
      flannelDevice: VXLAN,
      wireguardDevice: 'wg0',
      probes: [
        'underlay-gpu-1/10.200.0.11/56/echo',
        'full-gpu-1/10.42.11.0/1342/echo',
        'over-gpu-1/10.42.11.0/8924/echo',
        'hop-gpu-1/10.42.11.254/56/hop',
        'tcp-gpu-1/10.42.11.0/10250/connect',
        'tcp-none/10.42.99.0/10250/connect',
      ].join(','),
      focus: '',
    });
    const evidence = parseNodeEvidence(output);
    expect(evidence).toMatchObject({ type: 'parsed', value: { hostname: 'hub-1', unseen: [] } });
    const dump = await fleet.exec('hub-1', { argv: ['wg', 'show', 'wg0', 'dump'], timeoutMs: 5_000 });
    const [privateKey = ''] = dump.stdout.split('\t');
    expect(privateKey).toHaveLength(44);
    expect(output).not.toContain(privateKey);
    if (evidence.type !== 'parsed') return;
    expect(evidence.value.wireguard?.peers).toHaveLength(2);
    expect(evidence.value.probes.map(({ name, received, tooLong }) => [name, received, tooLong])).toEqual([
      ['underlay-gpu-1', 10, false],
      ['full-gpu-1', 10, false],
      ['over-gpu-1', 0, true],
      ['hop-gpu-1', 2, false],
      ['tcp-gpu-1', 1, false],
      ['tcp-none', 0, false],
    ]);
  });

  it.each(reconcilable)('is broken by %s, and the reconcile on the host at fault heals it', async (fault) => {
    await fleet.inject(fault);
    const check = await checkFleet(fleet);
    expect(check.broken.some((path) => path.includes('gpu-1'))).toBe(true);
    expect((await reconcile(fleet)).map(({ status }) => status)).toEqual(['applied']);
    expect(await checkFleet(fleet)).toEqual(healthy);
  });

  it('is as new after clear', async () => {
    await fleet.inject('fdb-flushed');
    await fleet.clear();
    expect(await checkFleet(fleet)).toEqual(healthy);
  });

  it('knows no other faults than the catalogue, and refuses what only a kernel can play', async () => {
    await expect(fleet.inject('no-such-fault')).rejects.toThrow('no fault is called no-such-fault');
    await expect(fleet.inject('cloud-route-missing')).rejects.toThrow('needs the fleet of network namespaces');
  });

  it('has no way out when its uplink is down', async () => {
    expect(await fleet.vitals('gpu-1')).toEqual({ wayOut: true, kubelet: true });
    await fleet.exec('gpu-1', { argv: ['ip', 'link', 'set', 'eth0', 'down'], timeoutMs: 5_000 });
    expect(await fleet.vitals('gpu-1')).toEqual({ wayOut: false, kubelet: true });
  });

  it('keeps the control plane from a kubelet whose tunnel is down', async () => {
    await fleet.exec('gpu-1', { argv: ['ip', 'link', 'set', 'wg0', 'down'], timeoutMs: 5_000 });
    expect(await fleet.reachKubelet('gpu-1', '/healthz', 1_000)).toEqual({ type: 'timeout' });
    expect(await fleet.reachKubelet('gpu-2', '/healthz', 1_000)).toEqual({ type: 'answer', status: 200, body: 'ok' });
    expect(await fleet.reachKubelet('gpu-2', '/pods', 1_000)).toMatchObject({ type: 'answer', status: 404 });
  });

  it('bounces a device and loses nothing', async () => {
    await fleet.inject('neighbour-wrong-mac');
    const [plan] = planFullState(networkOf(fleet), 'gpu-1', VXLAN).hosts;
    const report = await act(fleet, 'gpu-1', 'bounce', {
      operationKey: 'test.bounce.1',
      fencingToken: '2',
      device: VXLAN,
      operations: (plan?.operations ?? []).map(formatOperation).join(','),
      confirmWithinSeconds: '60',
    });
    expect(report).toMatchObject({ status: 'applied', failed: [] });
    expect(report.changed).toHaveLength(1);
    expect(await checkFleet(fleet)).toEqual(healthy);
    expect((await act(fleet, 'gpu-1', 'confirm', { operationKey: 'test.bounce.1' })).status).toBe('confirmed');
  });

  it('rolls an unconfirmed bounce back by itself', async () => {
    await act(fleet, 'gpu-2', 'bounce', {
      operationKey: 'test.bounce.2',
      fencingToken: '2',
      device: VXLAN,
      operations: 'route replace 10.99.0.0/24 via 10.42.0.0 dev flannel.1 onlink',
      confirmWithinSeconds: '2',
    });
    const journal = () => act(fleet, 'gpu-2', 'read-journal', { operationKey: 'test.bounce.2' });
    while ((await journal()).status !== 'rolled-back') await sleep(200);
    expect((await diagnose(fleet, 'gpu-2')).routes.map(([destination]) => destination)).not.toContain('10.99.0.0/24');
    expect(await checkFleet(fleet)).toEqual(healthy);
  });

  describe('under the whole grammar', () => {
    const apply = (lines: readonly string[], confirmWithinSeconds: string) => {
      keys += 1;
      return act(fleet, 'hub-1', 'apply', {
        operationKey: `test.repair.${keys}`,
        fencingToken: '9',
        operations: lines.join(','),
        check: 'false',
        confirmWithinSeconds,
      });
    };
    const seen = async () => comparable(await diagnose(fleet, 'hub-1'));

    it('does every line, and takes it back', async () => {
      const set = async (...argv: readonly [string, ...string[]]) => {
        expect(await fleet.exec('hub-1', { argv, timeoutMs: 5_000 })).toMatchObject({ code: 0, stderr: '' });
      };
      const [first, second] = (await diagnose(fleet, 'hub-1')).wireguard?.peers ?? [];
      const { vxlan, mac } = (await diagnose(fleet, 'hub-1')).links.find(({ name }) => name === VXLAN) ?? {};
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
      expect((await act(fleet, 'hub-1', 'rollback', { operationKey: done.operationKey })).status).toBe('rolled-back');
      expect(await seen()).toEqual(before);
    });

    it('has no nftables, and cannot reach those of the machine', async () => {
      const listed = await fleet.exec('hub-1', { argv: ['nft', 'list', 'ruleset'], timeoutMs: 5_000 });
      expect(listed).toMatchObject({ code: 127, stdout: '', stderr: expect.stringContaining('nft: not found') });
    });

    it('knows a line that is so', async () => {
      const lines = ['link mtu wg0 1340', 'route set 10.200.0.12/32 dev wg0 mtu 1328'];
      expect((await apply(lines, '0')).status).toBe('applied');
      expect(await apply(lines, '600')).toMatchObject({ status: 'unchanged', unchangedCount: 2 });
    });
  });
});

describe('the simulated fleet from one process to the next', () => {
  it('is taken over as it is, and taken down with everything but what hosts keep', async () => {
    const stateDir = await mkdtemp(join(tmpdir(), 'restitch-simulated-'));
    try {
      const first = await createSimulatedFleet({ stateDir });
      await first.inject('pod-routes-missing');
      await act(first, 'gpu-1', 'bounce', {
        operationKey: 'test.bounce.3',
        fencingToken: '1',
        device: VXLAN,
        operations: '',
        confirmWithinSeconds: '600',
      });
      const long = first.exec('gpu-2', { argv: ['sleep', '60'], timeoutMs: 60_000 });

      const second = await createSimulatedFleet({ stateDir });
      expect((await checkFleet(second)).healthy).toBe(false);
      await second.down();
      expect(await long).toMatchObject({ code: null, timedOut: false });
      await second.down();
      expect(await readdir(join(stateDir, 'simulated'))).toEqual(['hosts']);
      expect(await processesNaming(stateDir)).toEqual([]);

      const third = await createSimulatedFleet({ stateDir });
      expect(await checkFleet(third)).toEqual(healthy);
      const report = await act(third, 'gpu-1', 'read-journal', { operationKey: 'test.bounce.3' });
      expect(report).toMatchObject({ action: 'bounce', status: 'applied', replayed: true });
      const [gpu] = third.hosts.filter(({ name }) => name === 'gpu-1');
      expect(existsSync(join(gpu?.durableDir ?? '', 'journal', 'test.bounce.3.json'))).toBe(true);
      await third.down();
    } finally {
      await rm(stateDir, { recursive: true, force: true });
    }
  });
});

async function processesNaming(text: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(text));
}
