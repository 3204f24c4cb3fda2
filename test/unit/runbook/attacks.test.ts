import { describe, expect, it } from 'vitest';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import type { PrintedEvidence } from '../../../core/evidence/printed-evidence.ts';
import { withAnnotations } from '../../fakes/with-annotations.ts';
import { createIncidentUnderTest } from './incident-under-test.ts';

/**
 * A kubelet may write its own Node object's annotations and provider id, and a host's output may lie. Every attack here goes
 * through the whole incident: evidence, diagnosis, plan, guards, commands. Nobody answers a question, so what is asked is not done.
 */
const FLANNEL = 'flannel.alpha.coreos.com';
const ATTACKER = 'gpu-1';
const everythingLost = (name: string) => !name.startsWith('underlay');

const annotated =
  (annotations: Readonly<Record<string, string>>) =>
  (node: NodeObject): NodeObject =>
    withAnnotations(node, annotations);
const announcing = (address: string) => annotated({ [`${FLANNEL}/public-ip`]: address });
const withMac = (mac: string) => annotated({ [`${FLANNEL}/backend-data`]: JSON.stringify({ VNI: 1, VtepMAC: mac }) });
const withPods =
  (podCIDR: string) =>
  (node: NodeObject): NodeObject => ({
    ...node,
    spec: { ...node.spec, podCIDR, podCIDRs: [podCIDR] },
  });

/** What was sent to change something, as `host: lines`. */
function changes(work: ReturnType<typeof createIncidentUnderTest>): readonly string[] {
  return work.commands.sent
    .filter(({ document }) => document === 'apply' || document === 'bounce')
    .map(({ instanceId, parameters }) => `${instanceId.replace('mi-', '')}: ${parameters['operations'] ?? ''}`);
}

const elsewhere = (lines: readonly string[]) => lines.filter((line) => !line.startsWith(`${ATTACKER}: `));

/** Runs the incident until it rests, ends, or asks a person. */
async function settled(work: ReturnType<typeof createIncidentUnderTest>): Promise<void> {
  await work.start();
  await work.workUntil(
    ({ phase, pending }) => phase === 'handed-over' || phase === 'held' || phase === 'closed' || pending !== null,
  );
}

describe.each([
  ['nothing passes between it and anybody', everythingLost],
  ['every path passes', () => false],
])('a node whose own object lies, while %s', (_what, lost) => {
  it.each([
    ['announces an address of another network', announcing('192.168.77.1')],
    ['announces an address of the internet', announcing('203.0.113.99')],
    ['announces a peer’s address', announcing('10.200.0.12')],
    ['announces the hub’s address', announcing('10.0.1.10')],
    ['announces the hub’s tunnel address', announcing('10.200.0.1')],
    ['announces every address', announcing('0.0.0.0')],
    ['announces a loopback address', announcing('127.0.0.1')],
    ['announces a text that is no address', announcing('10.0.1.10,link up wg0')],
    ['announces an address of any size', announcing('1'.repeat(100_000))],
    ['claims the VTEP MAC of a peer', withMac('0a:58:0a:2a:0c:00')],
    ['claims the VTEP MAC of the hub', withMac('0A-58-0A-2A-00-00')],
    ['claims a VTEP MAC of its own choice', withMac('02:00:00:00:00:01')],
    ['claims the pod CIDR of a peer', withPods('10.42.12.0/24')],
    ['claims a part of the hub’s pod CIDR', withPods('10.42.0.128/25')],
    ['claims everybody’s pods', withPods('10.42.0.0/16')],
    ['claims every address as its pods', withPods('0.0.0.0/0')],
    ['names a backend of its own choice', annotated({ [`${FLANNEL}/backend-type`]: 'host-gw' })],
  ])('%s: no other host is changed', async (_attack, lie) => {
    const work = createIncidentUnderTest();
    work.commands.broken = false;
    work.commands.lost = lost;
    work.cluster.change(ATTACKER, lie);
    await settled(work);
    expect(elsewhere(changes(work))).toEqual([]);
  });
});

describe('two nodes that claim the same', () => {
  it.each([
    ['pod CIDR', withPods('10.42.12.0/24')],
    ['VTEP MAC', withMac('0a:58:0a:2a:0c:00')],
    ['announced address', announcing('10.200.0.12')],
  ])('are named, and nothing is done about either on any host: the same %s', async (_what, lie) => {
    const work = createIncidentUnderTest();
    work.cluster.change(ATTACKER, lie);
    await settled(work);
    expect(changes(work)).toEqual([]);
    const receipt = JSON.stringify(await work.store.readReceipt('lab.gpu-1.1'));
    expect(receipt).toContain('node-objects-conflict');
    expect(receipt).toMatch(/gpu-1 and gpu-2|gpu-2 and gpu-1/);
  });
});

describe('a node that names another instance as its own', () => {
  it('is handed over, and that instance gets no command', async () => {
    const work = createIncidentUnderTest();
    work.cluster.change(ATTACKER, (node) => ({ ...node, spec: { ...node.spec, providerID: 'aws:///a/mi-hub-1' } }));
    const { findInstance } = work.commands;
    // As Systems Manager's inventory answers: the tag says who the instance is.
    work.commands.findInstance = async (name, providerId) =>
      name === ATTACKER && providerId !== undefined
        ? { type: 'missing', reason: `spec.providerID of ${name} names mi-hub-1, but mi-gpu-1 has its tag` }
        : findInstance(name, providerId);
    await settled(work);
    expect(changes(work)).toEqual([]);
  });
});

type Lie = (evidence: PrintedEvidence) => PrintedEvidence;

const asPeerSays: readonly (readonly [string, Lie])[] = [
  ['that it has no table at all', (said) => ({ ...said, fdb: [], neighbours: [], routes: [], overlay: [] })],
  ['that its device does not exist', (said) => ({ ...said, links: [] })],
  [
    'that it has the hub’s addresses',
    (said) => ({
      ...said,
      addresses: [
        ['wg0', '10.0.1.10/24'],
        ['wg0', '10.200.0.1/24'],
      ],
    }),
  ],
  ['that it is the hub', (said) => ({ ...said, hostname: 'hub-1' })],
  [
    'that the tunnel carries everything, to an endpoint of its own',
    (said) => ({
      ...said,
      wireguard: said.wireguard && {
        ...said.wireguard,
        peers: said.wireguard.peers.map((peer) => ({
          ...peer,
          endpoint: '192.0.2.66:51820',
          allowedIps: ['0.0.0.0/0'],
        })),
      },
    }),
  ],
  [
    'that it has the key of the node',
    (said) => ({ ...said, wireguard: said.wireguard && { ...said.wireguard, publicKey: 'gpu1public=' } }),
  ],
  ['that everything is lost', (said) => ({ ...said, probes: said.probes.map((probe) => ({ ...probe, received: 0 })) })],
  [
    'another fleet’s port and network',
    (said) => ({
      ...said,
      links: said.links.map((link) =>
        link.vxlan === null ? link : { ...link, vxlan: { ...link.vxlan, port: 1, vni: 9 } },
      ),
      netConf: { backend: 'vxlan', port: 1, vni: 9, directRouting: true, mtuBytes: 600 },
    }),
  ],
  [
    'names of any size',
    (said) => ({ ...said, agents: ['x'.repeat(100_000)], pods: { ...said.pods, addresses: ['10.42.11.2'] } }),
  ],
];

describe.each([
  ['the node is well', false],
  ['the node has lost its forwarding entries', true],
])('a peer whose output lies, while %s', (_what, broken) => {
  it.each(asPeerSays)('says %s: nothing is changed that the node does not confirm', async (_lie, lie) => {
    const work = createIncidentUnderTest();
    work.commands.broken = broken;
    work.commands.reads = (evidence, host) => (host === 'gpu-2' ? lie(evidence) : evidence);
    await settled(work);
    const lines = changes(work);
    // Its own host it may harm, and the node gets back what the Node objects say.
    expect(lines.filter((line) => !/^gpu-[12]: /.test(line))).toEqual([]);
    const ofNode = lines.filter((line) => line.startsWith('gpu-1: '));
    expect(
      ofNode.flatMap((line) => line.slice(7).split(',')).filter((line) => !/^fdb replace 0a:58:0a:2a:/.test(line)),
    ).toEqual([]);
    if (!broken) expect(ofNode).toEqual([]);
  });
});
