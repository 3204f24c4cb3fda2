import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { NodeObject } from '../../../core/evidence/node-object.ts';
import { formatOperation } from '../../../core/grammar/operation.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import { ActionReport } from '../../../core/repair/action-report.ts';
import { planFullState, planReconcile } from '../../../core/repair/plan-entries.ts';
import type { DocumentName } from '../../../core/runbook/node-command.ts';
import { parseNodeEvidence } from '../../../functions/runbook/look/parse-output.ts';
import { checkFleet } from '../../../lab/check-fleet.ts';
import type { Fleet } from '../../../lab/fleet.ts';
import { createNamespaceFleet } from '../../../lab/namespaces/create-namespace-fleet.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { createSimulatedFleet } from '../../../lab/simulated/create-simulated-fleet.ts';
import { builtScript } from './built-script.ts';

const VXLAN = 'flannel.1';
const healthy = { healthy: true, broken: [] };
let keys = 0;

/** Drift of tables, which putting the entries back heals. */
const reconcilable = [
  ...['fdb-flushed', 'fdb-wrong-destination', 'neighbour-wrong-mac', 'link-bounced', 'peer-fdb-stale'],
  ...['vxlan-recreated-empty', 'pod-routes-missing'],
];

/** One of each kind of change that the simulation has to play as the kernel does. */
const comparedFaults = [
  ...['fdb-flushed', 'fdb-wrong-mac-holds-peer', 'link-bounced', 'vxlan-recreated-empty', 'vxlan-wrong-mac'],
  ...['neighbours-flushed', 'route-escaped-aggregate', 'tunnel-route-missing', 'hub-allowed-ips-stolen'],
  'ip-forward-off',
];

async function runDocument(
  fleet: Fleet,
  host: string,
  document: DocumentName,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const result = await fleet.exec(host, {
    argv: ['/bin/sh', '-c', builtScript(document)],
    env: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`SSM_${name}`, value])),
    timeoutMs: 50_000,
  });
  if (result.stdout === '') throw new Error(`${document} on ${host}: exit ${result.code}: ${result.stderr}`);
  return result.stdout;
}

async function act(
  fleet: Fleet,
  host: string,
  document: DocumentName,
  parameters: Readonly<Record<string, string>>,
): Promise<ActionReport> {
  return ActionReport.parse(JSON.parse(await runDocument(fleet, host, document, parameters)));
}

async function diagnose(fleet: Fleet, host: string, probes = ''): Promise<NodeEvidence> {
  const parsed = parseNodeEvidence(
    await runDocument(fleet, host, 'diagnose', {
      flannelDevice: VXLAN,
      wireguardDevice: 'wg0',
      probes,
      focus: '',
      ways: '10.0.1.10,10.42.0.1,10.200.0.11,10.42.11.0,10.42.11.1,10.200.0.12,10.42.12.1,10.0.2.20,10.42.1.1',
    }),
  );
  if (parsed.type === 'invalid') throw new Error(parsed.why);
  return parsed.value;
}

function network(fleet: Fleet) {
  return expectedNetwork(
    fleet.hosts.map(({ node }) =>
      NodeObject.parse({
        metadata: { name: node.name, resourceVersion: '1', labels: node.labels, annotations: node.annotations },
        spec: { podCIDR: node.podCIDR },
        status: { addresses: [{ type: 'InternalIP', address: node.internalIP }] },
      }),
    ),
    'gpu-1',
  );
}

/** Reads every host, and puts back on each what differs from the Node objects. */
async function reconcile(fleet: Fleet): Promise<readonly ActionReport[]> {
  const expected = network(fleet);
  const drifts = await Promise.all(
    fleet.hosts.map(async ({ name }) => expected.findDrift(name, await diagnose(fleet, name), VXLAN)),
  );
  const plan = planReconcile(expected, drifts.flat(), VXLAN);
  return Promise.all(
    plan.hosts.map(({ host, operations }) => {
      keys += 1;
      return act(fleet, host, 'apply', {
        operationKey: `test.reconcile.${keys}`,
        fencingToken: '1',
        operations: operations.map(formatOperation).join(','),
        check: 'false',
        confirmWithinSeconds: '0',
      });
    }),
  );
}

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
    const [plan] = planFullState(network(fleet), 'gpu-1', VXLAN).hosts;
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
});

describe('the simulated fleet under the whole grammar', () => {
  let stateDir: string;
  let fleet: Fleet;

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'restitch-simulated-'));
    fleet = await createSimulatedFleet({ stateDir });
  });
  afterAll(async () => {
    await fleet.down();
    await rm(stateDir, { recursive: true, force: true });
  });

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

  it('does every line, and takes it back', { timeout: 20_000 }, async () => {
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

  it('knows a line that is so', async () => {
    const lines = ['link mtu wg0 1340', 'route set 10.200.0.12/32 dev wg0 mtu 1328'];
    expect((await apply(lines, '0')).status).toBe('applied');
    expect(await apply(lines, '600')).toMatchObject({ status: 'unchanged', unchangedCount: 2 });
  });

  it('has no nftables, and says so', async () => {
    const failed = [{ line: 'mss clamp flannel.1', error: 'nft is not installed on this node' }];
    expect(await apply(['mss clamp flannel.1'], '600')).toMatchObject({ status: 'failed', failed });
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
  const { readFile } = await import('node:fs/promises');
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(text));
}

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

describe.skipIf(obstacles.length > 0)(`the simulated fleet beside the real one${why}`, () => {
  let stateDir: string;
  const fleets: Fleet[] = [];

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'restitch-beside-'));
    fleets.push(await createNamespaceFleet({ stateDir: join(stateDir, 'real'), orphanGraceSeconds: 5 }));
    fleets.push(await createSimulatedFleet({ stateDir: join(stateDir, 'simulated') }));
  });
  afterAll(async () => {
    for (const fleet of fleets) await fleet.down();
    await rm(stateDir, { recursive: true, force: true });
  });

  it('has the same hosts with the same Node objects', () => {
    const [real, simulated] = fleets.map(({ hosts }) => hosts.map(({ durableDir: _, ...host }) => host));
    expect(simulated).toEqual(real);
  });

  it.each([undefined, ...comparedFaults])('has the same tables, with fault: %s', async (fault) => {
    if (fault !== undefined) await Promise.all(fleets.map((fleet) => fleet.inject(fault)));
    const [real, simulated] = await Promise.all(
      fleets.map((fleet) => Promise.all(fleet.hosts.map(async ({ name }) => comparable(await diagnose(fleet, name))))),
    );
    expect(simulated).toEqual(real);
    const [realCheck, simulatedCheck] = await Promise.all(fleets.map((fleet) => checkFleet(fleet)));
    expect(simulatedCheck).toEqual(realCheck);
    await Promise.all(fleets.map((fleet) => fleet.clear()));
  });

  it('bounces the tunnel as the real one does: routes come back, and a rollback gives a peer its AllowedIPs again', async () => {
    for (const fleet of fleets) {
      const peersOf = async () => (await diagnose(fleet, 'gpu-1')).wireguard?.peers ?? [];
      const routesOf = async () =>
        (await diagnose(fleet, 'gpu-1')).routes.map((route) => JSON.stringify(route)).toSorted();
      const [hub] = await peersOf();
      const routes = await routesOf();
      expect(hub?.allowedIps).toHaveLength(2);
      const report = await act(fleet, 'gpu-1', 'bounce', {
        operationKey: 'test.bounce.wg0',
        fencingToken: '3',
        device: 'wg0',
        operations: '',
        confirmWithinSeconds: '60',
      });
      expect(report).toMatchObject({ status: 'applied', failed: [] });
      expect(await routesOf()).toEqual(routes);
      const cut = ['wg', 'set', 'wg0', 'peer', hub?.publicKey ?? '', 'allowed-ips', '10.200.0.0/24'] as const;
      expect((await fleet.exec('gpu-1', { argv: cut, timeoutMs: 5_000 })).code).toBe(0);
      expect((await act(fleet, 'gpu-1', 'rollback', { operationKey: 'test.bounce.wg0' })).status).toBe('rolled-back');
      const [restored] = await peersOf();
      expect(restored?.allowedIps.toSorted()).toEqual(hub?.allowedIps.toSorted());
      expect(restored).toMatchObject({ endpoint: hub?.endpoint, keepaliveSeconds: hub?.keepaliveSeconds });
      expect(await checkFleet(fleet)).toEqual(healthy);
    }
  });
});

/** What the rules look at; the userspace WireGuard of the lab is of another kind, and Ethernet MACs are random. */
function comparable(evidence: NodeEvidence) {
  const byText = (left: unknown, right: unknown) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1);
  return {
    hostname: evidence.hostname,
    links: evidence.links
      .map(({ name, up, mtuBytes, vxlan, mac }) => ({ name, up, mtuBytes, vxlan, mac: name === VXLAN ? mac : null }))
      .toSorted(byText),
    addresses: evidence.addresses.filter(([, address]) => !address.startsWith('fe80:')).toSorted(byText),
    neighbours: evidence.neighbours.filter(([ip]) => !ip.startsWith('fe80:')).toSorted(byText),
    fdb: evidence.fdb.toSorted(byText),
    routes: evidence.routes.toSorted(byText),
    peers: evidence.wireguard?.peers
      .map(({ allowedIps, keepaliveSeconds }) => ({
        allowedIps: allowedIps.toSorted(),
        keepaliveSeconds,
      }))
      .toSorted(byText),
    subnetEnv: evidence.subnetEnv,
    rules: evidence.rules,
    ways: evidence.ways?.toSorted(byText),
    sysctls: Object.entries(evidence.sysctls)
      .filter(([key]) => key.startsWith('net.ipv4'))
      .toSorted(byText),
    kubelet: evidence.kubelet,
    unseen: evidence.unseen,
  };
}
