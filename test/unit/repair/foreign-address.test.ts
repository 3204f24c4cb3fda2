import { describe, expect, it } from 'vitest';
import { deriveFacts } from '../../../core/diagnosis/facts.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { formatOperation } from '../../../core/grammar/operation.ts';
import { planFlows, planForeignAddresses } from '../../../core/repair/plan-node.ts';
import { healthyEvidence } from '../../fakes/healthy-evidence.ts';
import { withAnnotations } from '../../fakes/with-annotations.ts';
import { evidenceOf, withHost } from '../../fixtures/changed-evidence.ts';

type Change = (host: NodeEvidence) => NodeEvidence;

const lines = (evidence: Evidence) =>
  planForeignAddresses(deriveFacts(evidence)).flatMap(({ operations }) => operations.map(formatOperation));

/** gpu-1 with a second address on flannel's device, besides its own. */
const withSecond = (address: string, change: Change = (host) => host) =>
  withHost(healthyEvidence(), 'gpu-1', (host) =>
    change({ ...host, addresses: [...host.addresses, ['flannel.1', address]] }),
  );
const pods =
  (...addresses: string[]) =>
  (host: NodeEvidence) => ({ ...host, pods: { ...host.pods, addresses } });
const known = (...addresses: readonly string[]): Evidence => {
  const evidence = withSecond('10.42.9.0/32');
  const nodes = evidence.nodes.map((node) =>
    node.metadata.name === 'gpu-1'
      ? {
          ...node,
          status: { ...node.status, addresses: addresses.map((address) => ({ type: 'InternalIP', address })) },
        }
      : node,
  );
  return { ...evidence, nodes };
};
const taken = ['addr del 10.42.9.0/32 dev flannel.1'];

describe('a second address on flannel’s device', () => {
  it.each<[string, Evidence, readonly string[]]>([
    ['goes, where it is of the pod network and nobody’s', withSecond('10.42.9.0/32'), taken],
    ['stays outside the pod network', withSecond('192.168.77.7/32'), []],
    ['stays where it is another node’s', withSecond('10.42.12.0/32'), []],
    ['stays where the host is known by it', known('10.42.9.0'), []],
    ['stays where the host is known by it besides another one', known('192.168.1.5', '10.42.9.0'), []],
    ['goes where the host is known by another one', known('10.42.9.9'), taken],
    [
      'stays where a node announces it',
      {
        ...withSecond('10.42.9.0/32'),
        nodes: withSecond('10.42.9.0/32').nodes.map((node) =>
          node.metadata.name === 'gpu-2'
            ? withAnnotations(node, { 'flannel.alpha.coreos.com/public-ip': '10.42.9.0' })
            : node,
        ),
      },
      [],
    ],
    ['stays beside pods that answer', withSecond('10.42.9.1/24', pods('10.42.9.7')), []],
    [
      'goes where it is only itself that answers',
      withSecond('10.42.9.1/24', pods('10.42.9.1')),
      ['addr del 10.42.9.1/24 dev flannel.1'],
    ],
    [
      'goes where pods of another network answer',
      withSecond('10.42.9.1/24', pods('10.42.8.7')),
      ['addr del 10.42.9.1/24 dev flannel.1'],
    ],
    [
      'stays where the host’s way out is its device',
      withSecond('10.42.9.0/32', (host) => ({ ...host, routes: [['default', null, 'flannel.1', false, 0]] })),
      [],
    ],
    [
      'goes where another way out is there',
      withSecond('10.42.9.0/32', (host) => ({ ...host, routes: [['10.9.0.0/16', null, 'flannel.1', false, 0]] })),
      taken,
    ],
    [
      'stays where what is on the node was not seen',
      withSecond('10.42.9.0/32', (host) => ({ ...host, unseen: [{ what: 'pods', why: 'timeout' }] })),
      [],
    ],
    ['stays where flannel has no device', { ...withSecond('10.42.9.0/32'), flannelDevice: null }, []],
  ])('%s', (_, evidence, operations) => {
    expect(lines(evidence)).toEqual(operations);
  });

  it('stays where hosts disagree about the pod network, or none names it', () => {
    const network = (host: string, name: string, evidence: Evidence) =>
      withHost(evidence, host, (measured) => ({
        ...measured,
        subnetEnv: measured.subnetEnv && { ...measured.subnetEnv, network: name },
      }));
    expect(lines(network('hub-1', '10.42.0.0/17', withSecond('10.42.9.0/32')))).toEqual([]);
    const none = ['gpu-1', 'hub-1', 'gpu-2'].reduce(
      (evidence, host) => withHost(evidence, host, (measured) => ({ ...measured, subnetEnv: null })),
      withSecond('10.42.9.0/32'),
    );
    expect(planForeignAddresses(deriveFacts(none))).toEqual([]);
    expect(lines(withHost(withSecond('10.42.9.0/32'), 'gpu-1', (host) => ({ ...host, subnetEnv: null })))).toEqual(
      taken,
    );
  });

  it('goes alone: the bridge keeps what it has', () => {
    const gateway = (host: NodeEvidence) => ({
      ...host,
      subnetEnv: host.subnetEnv && { ...host.subnetEnv, subnet: '10.42.11.1/24' },
    });
    expect(lines(withSecond('10.42.9.0/32', gateway))).toEqual(taken);
    expect(lines(withHost(healthyEvidence(), 'gpu-1', gateway))).toEqual([]);
  });

  it('is not known of a node that was not read', () => {
    const readings = healthyEvidence().readings.filter(({ role }) => role !== 'node');
    expect(lines({ ...healthyEvidence(), readings })).toEqual([]);
  });
});

describe('an old address of the pods’ bridge', () => {
  const old = evidenceOf('bridge-address-old');
  const naming = (subnet: string) =>
    withHost(old, 'gpu-1', (host) => ({ ...host, subnetEnv: host.subnetEnv && { ...host.subnetEnv, subnet } }));

  it.each([
    ['10.42.11.1/24', 2],
    ['10.42.11.2/24', 0],
    ['10.42.11.1/16', 0],
    ['10.42.12.1/24', 0],
    ['gateway', 0],
  ])('goes where flannel gave the CNI the gateway of the node’s pods: %s, %i changes', (subnet, count) => {
    expect(lines(naming(subnet))).toHaveLength(count);
  });

  it('stays with another one beside which pods answer', () => {
    const two = withHost(old, 'gpu-1', (host) => ({
      ...pods('10.42.8.7')(host),
      addresses: [...host.addresses, ['cni0', '10.42.8.1/24']],
    }));
    expect(lines(two)).toEqual([]);
    expect(lines(withHost(two, 'gpu-1', pods()))).toHaveLength(3);
  });

  it('stays where the node is not in the network', () => {
    expect(lines({ ...old, nodes: [] })).toEqual([]);
  });
});

it('a node without stale flows has none to forget', () => {
  expect(planFlows(deriveFacts(healthyEvidence()))).toEqual([{ host: 'gpu-1', operations: [] }]);
});
