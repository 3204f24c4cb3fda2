import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { understand } from '../../../functions/runbook/look/seen.ts';
import { restartAgent } from '../../../functions/runbook/rungs/restart-agent.ts';
import { evidenceWith } from '../../fakes/healthy-evidence.ts';

type Pods = Partial<NodeEvidence['pods']>;
type Rows = NodeEvidence['routes'];

const bridge = (name: string, up = true) => ({ name, kind: 'bridge', up, mtuBytes: 1370, mac: null, vxlan: null });

/** gpu-1 with its bridge, one pod behind it, and what the test changes. Only a pod that answers its host is probed by others. */
function onNode(change: (host: NodeEvidence) => NodeEvidence, pods: Pods = {}): Evidence {
  const isAsked = pods.addresses?.includes('10.42.11.2') ?? true;
  const evidence = evidenceWith('gpu-1', (host) => change(withBridgeAndPods(host, pods)));
  return {
    ...evidence,
    readings: evidence.readings.map((reading) => ({
      ...reading,
      runs: reading.runs.map((run) => ({
        ...run,
        probes: run.probes.filter(({ name }) => isAsked || name !== 'workload-gpu-1'),
      })),
    })),
  };
}

function withBridgeAndPods(host: NodeEvidence, pods: Pods): NodeEvidence {
  return {
    ...host,
    links: [...host.links, bridge('cni0')],
    addresses: [...host.addresses, ['cni0', '10.42.11.1/24']],
    routes: [...host.routes, ['10.42.11.0/24', null, 'cni0', false, 0]],
    pods: { ...host.pods, veths: 1, vethsDown: 0, silent: [], networks: ['cbr0'], ...pods },
    cniFiles: ['10-flannel.conflist'],
  };
}

const quiet: Pods = { addresses: [], silent: ['10.42.11.2'] };
const same = (host: NodeEvidence) => host;
const bridgeDown = (host: NodeEvidence) => ({
  ...host,
  links: host.links.map((link) => (link.name === 'cni0' ? { ...link, up: false } : link)),
});
const withRoutes =
  (...rows: Rows) =>
  (host: NodeEvidence) => ({ ...host, routes: [...host.routes, ...rows] });
const insteadOfOwn = (device: string) => (host: NodeEvidence) => ({
  ...host,
  routes: host.routes.map((row): Rows[number] => (row[2] === 'cni0' ? ['10.42.11.0/24', null, device, false, 0] : row)),
});
const withBridge = (name: string, address: string) => (host: NodeEvidence) => ({
  ...host,
  links: [...host.links, bridge(name)],
  addresses: [...host.addresses, [name, address] as [string, string]],
});
const withAddresses =
  (...addresses: readonly string[]) =>
  (host: NodeEvidence) => ({
    ...host,
    addresses: [...host.addresses, ...addresses.map((address): [string, string] => ['flannel.1', address])],
  });

const verdict = (evidence: Evidence) => {
  const { cause, hostAtFault } = diagnose(evidence);
  return { cause, hostAtFault };
};
const atNode = (cause: string) => ({ cause, hostAtFault: 'gpu-1' });
const remarksOf = (evidence: Evidence) => diagnose(evidence).because.join('\n');

describe('pods that are cut off from their own host', () => {
  it('is said when their bridge is down', () => {
    expect(verdict(onNode(bridgeDown, quiet))).toEqual(atNode('pods-cut-off'));
  });

  it('is said when every pod’s end on the host is down, and not when some are', () => {
    expect(verdict(onNode(same, { ...quiet, veths: 2, vethsDown: 2 }))).toEqual(atNode('pods-cut-off'));
    expect(verdict(onNode(same, { ...quiet, veths: 2, vethsDown: 1 })).cause).toBe('no-rule-fits');
  });

  it('is not healthy, without a cause, when none answers and nothing says why', () => {
    expect(verdict(onNode(same, quiet)).cause).toBe('no-rule-fits');
  });

  it.each([
    ['there are no pods', bridgeDown, { veths: 0, addresses: [] }],
    [
      'a pod of the node answers while another one is being made',
      same,
      { veths: 2, vethsDown: 1, silent: ['10.42.11.9'] },
    ],
  ])('is not said when %s', (_name, change, pods) => {
    expect(verdict(onNode(change, pods)).cause).toBe('all-paths-pass');
  });

  it.each(['links', 'addresses', 'pods'])('is not said when the node could not see its %s', (what) => {
    const blind = (host: NodeEvidence) => ({ ...bridgeDown(host), unseen: [{ what, why: 'timeout' }] });
    expect(verdict(onNode(blind, quiet)).cause).not.toBe('pods-cut-off');
  });

  it('is not said of containers of another network, as long as host-local gave out nothing', () => {
    expect(verdict(onNode(bridgeDown, { ...quiet, allocated: 0 })).cause).not.toBe('pods-cut-off');
  });
});

describe('a route that leads the node’s own pods away', () => {
  it.each([
    ['flannel’s device', insteadOfOwn('flannel.1')],
    ['the tunnel', insteadOfOwn('wg0')],
    ['the uplink', insteadOfOwn('eth0')],
    ['the tunnel, for a half', withRoutes(['10.42.11.0/25', null, 'wg0', false, 0])],
  ])('to %s is the cause when no pod answers', (_name, change) => {
    expect(verdict(onNode(change, { addresses: [] }))).toEqual(atNode('own-route-shadowed'));
  });

  it('is the cause when a silent pod lies in it, though another one answers', () => {
    const half = withRoutes(['10.42.11.128/25', null, 'wg0', false, 0]);
    expect(verdict(onNode(half, { silent: ['10.42.11.200'] }))).toEqual(atNode('own-route-shadowed'));
    const bridged = (host: NodeEvidence) =>
      withRoutes(['10.42.11.0/25', null, 'br-2f8a', false, 0])(withBridge('br-2f8a', '172.30.0.1/16')(host));
    expect(verdict(onNode(bridged, quiet))).toEqual(atNode('own-route-shadowed'));
  });

  it.each([
    ['when every pod that was asked answers', withRoutes(['10.42.11.128/25', null, 'wg0', false, 0]), {}],
    [
      'when the silent address lies elsewhere',
      withRoutes(['10.42.11.128/25', null, 'wg0', false, 0]),
      { silent: ['10.42.11.9'] },
    ],
  ])('is a remark %s', (_name, change, pods) => {
    const evidence = onNode(change, pods);
    expect(verdict(evidence).cause).toBe('all-paths-pass');
    expect(remarksOf(evidence)).toContain('differs without loss: gpu-1: 10.42.11.128/25, its own pods, leads to wg0');
  });

  it.each([
    ['a second route of higher metric', withRoutes(['10.42.11.0/24', null, 'wg0', false, 0, 'boot', null, null, 600])],
    ['a route per pod, as other CNIs make it', withRoutes(['10.42.11.2/32', null, 'cali1234', false, 0])],
    ['a wider route', withRoutes(['10.42.0.0/16', null, 'wg0', false, 0])],
  ])('is not %s', (_name, change) => {
    const evidence = onNode(change);
    expect(verdict(evidence).cause).toBe('all-paths-pass');
    expect(remarksOf(evidence)).not.toContain('its own pods');
  });
});

describe('pods with addresses of no pod network', () => {
  const podman = withBridge('cni-podman0', '10.88.0.1/16');
  const foreign: Pods = { addresses: ['10.88.0.2'] };

  it.each([
    [
      'a second configuration',
      (host: NodeEvidence) => ({ ...podman(host), cniFiles: ['10-podman.conflist', '20-flannel.conflist'] }),
      foreign,
    ],
    ['a second network of host-local', podman, { ...foreign, networks: ['cbr0', 'podman'] }],
    [
      'a second network, while older pods answer',
      podman,
      { addresses: ['10.42.11.2', '10.88.0.2'], networks: ['cbr0', 'podman'] },
    ],
  ])('come from %s', (_name, change, pods) => {
    expect(verdict(onNode(change, pods))).toEqual(atNode('leftover-cni'));
  });

  it.each([
    ['containers of docker', withBridge('docker0', '172.17.0.1/16'), { addresses: ['10.42.11.2', '172.17.0.2'] }],
    [
      'containers of docker beside two configurations',
      (host: NodeEvidence) => ({
        ...withBridge('docker0', '172.17.0.1/16')(host),
        cniFiles: ['00-multus.conf', '10-flannel.conflist'],
      }),
      { addresses: ['10.42.11.2', '172.17.0.2'] },
    ],
    ['containers of podman, which has no CNI file here', podman, { addresses: ['10.42.11.2', '10.88.0.2'] }],
    [
      'two configurations, and every pod inside the pod CIDR',
      (host: NodeEvidence) => ({ ...podman(host), cniFiles: ['1.conf', '2.conf'] }),
      {},
    ],
  ])('are not %s', (_name, change, pods) => {
    expect(verdict(onNode(change, pods)).cause).toBe('all-paths-pass');
  });
});

describe('a foreign address on flannel’s device', () => {
  const dhcp = withAddresses('192.168.77.7/32');
  const stopped = (host: NodeEvidence) => ({ ...dhcp(host), agents: [] });
  const withoutFile = (host: NodeEvidence) => ({ ...dhcp(host), subnetEnv: null });

  it('is a remark while flanneld runs and nothing is lost', () => {
    const evidence = onNode(dhcp);
    expect(verdict(evidence).cause).toBe('all-paths-pass');
    expect(remarksOf(evidence)).toContain(
      'flannel.1 of gpu-1 has 192.168.77.7/32 besides its own: flanneld will not start again',
    );
  });

  it.each([
    ['flanneld is gone', stopped],
    ['its file is gone', withoutFile],
  ])('is the cause when %s', (_name, change) => {
    expect(verdict(onNode(change))).toEqual(atNode('address-foreign'));
  });

  it('is not an IPv6 one, and not the own one', () => {
    expect(remarksOf(onNode(withAddresses('fe80::1/64', '2001:db8::7/64')))).not.toContain('besides its own');
    expect(remarksOf(onNode(same))).not.toContain('besides its own');
  });

  it('keeps restart-agent from being taken', () => {
    const plan = restartAgent.plan(understand(onNode(dhcp)));
    expect(plan).toMatchObject({ hosts: [], beyond: [expect.stringContaining('192.168.77.7/32')] });
    expect(restartAgent.plan(understand(onNode(same)))).toMatchObject({ hosts: [{ host: 'gpu-1' }], beyond: [] });
  });
});
