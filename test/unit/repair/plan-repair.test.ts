import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { Inventory } from '../../../core/inventory/inventory.ts';
import { permanentChanges, permanentLines } from '../../../core/repair/permanent-changes.ts';
import { planLines } from '../../../core/repair/plan.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { evidenceOf } from '../../fixtures/changed-evidence.ts';

const planFor = (name: string) => planRepair(examine(evidenceOf(name)));
/** Keys differ in every lab. */
const withoutKeys = (line: string) => line.replaceAll(/ [A-Za-z0-9+/]{43}=/g, ' KEY');
const linesFor = (name: string) =>
  planLines(planFor(name))
    .filter((line) => !line.startsWith('asks: '))
    .map(withoutKeys);

describe('the plan for evidence of the lab', () => {
  it.each([
    [
      'fdb-flushed',
      ['0a:58:0a:2a:01:00 dst 10.0.2.20', '0a:58:0a:2a:0c:00 dst 10.200.0.12', '0a:58:0a:2a:00:00 dst 10.0.1.10'].map(
        (entry) => `gpu-1: fdb replace ${entry} dev flannel.1`,
      ),
    ],
    ['peer-fdb-stale', ['hub-1: fdb replace 0a:58:0a:2a:0b:00 dst 10.200.0.11 dev flannel.1']],
    ['route-escaped-one-pod', ['gpu-1: route del 10.42.0.2/32 dev wg0']],
    ['vxlan-down', expect.arrayContaining(['gpu-1: link up flannel.1'])],
    ['tunnel-route-missing', ['gpu-1: route set 10.0.0.0/16 dev wg0']],
    [
      'second-tunnel-claims-network',
      ['gpu-1: route set 10.0.2.20/32 dev wg0', 'gpu-1: route set 10.0.1.10/32 dev wg0'],
    ],
    ['hub-allowed-ips-stolen', ['hub-1: wg allowed-ips wg0 peer KEY 10.200.0.11/32']],
    ['allowed-ips-missing', ['gpu-1: wg allowed-ips wg0 peer KEY 10.200.0.0/24 10.0.0.0/16']],
    ['hub-ip-forward-off', ['hub-1: sysctl net.ipv4.ip_forward 1']],
    ['nat-mapping-expired', ['gpu-1: wg keepalive wg0 peer KEY 25']],
    ['nat-flow-stuck', [expect.stringMatching(/^gpu-1: wg listen-port wg0 \d+$/)]],
    ['hub-endpoint-stale', ['gpu-1: wg endpoint wg0 peer KEY 198.51.100.10:51820']],
    [
      'path-mtu-1400',
      [
        'gpu-1: link mtu wg0 1328',
        'gpu-1: link mtu flannel.1 1278',
        'hub-1: route set 10.200.0.11/32 dev wg0 mtu 1328',
      ],
    ],
    [
      'host-gw-path-mtu-lowered',
      [
        'gpu-1: link mtu wg0 1328',
        'hub-1: route set 10.200.0.11/32 dev wg0 mtu 1328',
        'hub-1: route replace 10.42.11.0/24 via 10.200.0.11 dev wg0 onlink mtu 1328',
      ],
    ],
    ['hub-mtu-jumbo', ['hub-1: route set 10.200.0.11/32 dev wg0 mtu 1440']],
    ['wireguard-down', ['gpu-1: link up wg0']],
    ['hub-wireguard-down', ['hub-1: link up wg0']],
    ['native-device-down', ['gpu-1: link up flannel-wg', 'gpu-1: route set 10.42.0.0/16 dev flannel-wg']],
    ['native-hub-device-down', ['hub-1: link up flannel-wg', 'hub-1: route set 10.42.0.0/16 dev flannel-wg']],
    [
      'native-peer-missing',
      ['gpu-1: wg add flannel-wg peer KEY endpoint 10.200.0.12:51821 keepalive 25 allowed-ips 10.42.12.0/24'],
    ],
    [
      'native-peer-key-stale',
      [
        'hub-1: wg del flannel-wg peer KEY',
        'hub-1: wg add flannel-wg peer KEY endpoint 10.200.0.11:51821 keepalive 25 allowed-ips 10.42.11.0/24',
      ],
    ],
    ['native-allowed-ips-missing', ['gpu-1: wg allowed-ips flannel-wg peer KEY 10.42.12.0/24']],
    ['native-route-missing', ['gpu-1: route set 10.42.0.0/16 dev flannel-wg']],
    ['native-route-escaped', ['gpu-1: route del 10.42.12.0/24 dev wg0']],
    ['native-mtu-fragments-dropped', ['gpu-1: link mtu flannel-wg 1360']],
    ['native-tunnel-down', ['gpu-1: link up wg0']],
  ])('%s is exactly what is wrong', (name, lines) => {
    expect(linesFor(name)).toEqual(lines);
  });

  it.each([
    ['vxlan-missing', 'gpu-1'],
    ['hub-vxlan-missing', 'hub-1'],
    ['vxlan-wrong-port', 'gpu-1'],
  ])('%s makes the device anew on %s, with every entry on it', (name, host) => {
    const [part, ...others] = planFor(name).hosts;
    expect(others).toEqual([]);
    expect(part?.host).toBe(host);
    expect(part?.operations.map(({ op }) => op)).toEqual([
      'vxlan create',
      'link up',
      'addr replace',
      ...Array(3).fill('neigh replace'),
      ...Array(3).fill('fdb replace'),
      ...Array(3).fill('route replace'),
    ]);
  });
});

describe('a plan that rests on less than the host’s own word', () => {
  const onHub = 'hub-1: every node behind this hub depends on it, and no inventory confirms the change';

  it.each([
    ['hub-fdb-missing', [onHub]],
    ['path-mtu-1400', [onHub]],
    ['hub-allowed-ips-stolen', [onHub, 'hub-1: 10.200.0.11/32 moves from the peer KEY to KEY']],
    ['hub-endpoint-stale', ['gpu-1: the endpoint 198.51.100.10:51820 is known from one other node’s tunnel alone']],
  ])('asks, and says why: %s', (name, why) => {
    expect((planFor(name).asks ?? []).map(withoutKeys)).toEqual(why);
  });

  it.each(['fdb-flushed', 'vxlan-missing', 'allowed-ips-missing', 'tunnel-route-missing', 'nat-mapping-expired'])(
    'is none that mends the node itself, or a peer that differs: %s',
    (name) => {
      expect(planFor(name).asks).toEqual([]);
    },
  );

  /** The platform team's own record of the lab that the evidence was taken from. */
  const recorded = (evidence: Evidence): Inventory => {
    const keys = new Map(
      evidence.readings.map(({ host, passive }) => [
        host,
        passive.status === 'read' ? passive.evidence.wireguard?.publicKey : null,
      ]),
    );
    const entry = (node: string, tunnelAddress: string, hub?: string) => ({
      [node]: { tunnelAddress, allowedNetworks: [], publicKey: keys.get(node) ?? undefined, hub },
    });
    return {
      version: 1,
      tunnelNetworks: ['10.200.0.0/24'],
      nodes: {
        ...entry('hub-1', '10.200.0.1'),
        ...entry('gpu-1', '10.200.0.11', 'hub-1'),
        ...entry('gpu-2', '10.200.0.12', 'hub-1'),
      },
    };
  };
  const withRecord = (name: string) => {
    const evidence = evidenceOf(name);
    return { evidence, inventory: recorded(evidence) };
  };
  const withInventory = (name: string, change: (inventory: Inventory) => Inventory = (it) => it) => {
    const { evidence, inventory } = withRecord(name);
    return planRepair(examine({ ...evidence, inventory: change(inventory) })).asks;
  };

  it.each([
    'hub-fdb-missing',
    'path-mtu-1400',
    'hub-allowed-ips-missing',
    'hub-allowed-ips-stolen',
    'hub-ip-forward-off',
    'native-hub-device-down',
  ])('asks nobody where the inventory says the same: %s', (name) => {
    expect(withInventory(name)).toEqual([]);
  });

  it('asks where the hub’s own subnet.env does not name the network that it would route to flannel’s device', () => {
    const { evidence, inventory } = withRecord('native-hub-device-down');
    const readings = evidence.readings.map((reading) =>
      reading.host === 'hub-1' && reading.passive.status === 'read'
        ? {
            ...reading,
            passive: { ...reading.passive, evidence: { ...reading.passive.evidence, subnetEnv: null } },
          }
        : reading,
    );
    expect(planRepair(examine({ ...evidence, readings, inventory })).asks).toEqual([onHub]);
  });

  it('asks where the inventory says otherwise, or nothing of the node', () => {
    const another = (inventory: Inventory): Inventory => ({
      ...inventory,
      nodes: { ...inventory.nodes, 'gpu-1': { tunnelAddress: '10.200.0.77', allowedNetworks: [] } },
    });
    const silent = ({ nodes: { 'gpu-1': _, ...nodes }, ...rest }: Inventory): Inventory => ({ ...rest, nodes });
    expect(withInventory('hub-fdb-missing', another)).toEqual([onHub]);
    expect(withInventory('hub-fdb-missing', silent)).toEqual([onHub]);
  });
});

describe('what only the kernel knows', () => {
  it('is handed over as exact changes of its owner’s configuration', () => {
    expect(permanentLines(permanentChanges(planFor('path-mtu-1400')))).toEqual([
      'gpu-1: /etc/wireguard/wg0.conf',
      '  [Interface]',
      '  +MTU = 1328',
      'hub-1: /etc/wireguard/wg0.conf',
      '  [Interface]',
      '  +PostUp = ip route replace 10.200.0.11/32 dev %i mtu 1328',
    ]);
    expect(permanentLines(permanentChanges(planFor('nat-mapping-expired'))).at(-1)).toBe('  +PersistentKeepalive = 25');
    expect(permanentLines(permanentChanges(planFor('ip-forward-off'))).at(-1)).toBe('  +net.ipv4.ip_forward = 1');
  });

  it('is nothing for entries that flanneld makes by itself', () => {
    expect(permanentChanges(planFor('fdb-flushed'))).toEqual([]);
  });
});
