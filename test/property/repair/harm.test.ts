import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Examination, examine } from '../../../core/diagnosis/diagnose.ts';
import {
  type Evidence,
  Evidence as EvidenceSchema,
  type HostReading,
  measuredOn,
  readingOn,
} from '../../../core/evidence/evidence.ts';
import { measuredPaths } from '../../../core/evidence/paths.ts';
import { formatOperation, type Operation } from '../../../core/grammar/operation.ts';
import { bareAddress } from '../../../core/network/address.ts';
import { addressAt, parseCidr } from '../../../core/network/cidr.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { healthyEvidence } from '../../fakes/healthy-evidence.ts';
import { nativeEvidence } from '../../fakes/native-evidence.ts';
import { dualStackEvidence, evidenceFixtures } from '../../fixtures/evidence.ts';
import { anyDamage, damaged } from '../damage.ts';
import { anyCut, cutShort, expectKept, heldBy } from '../held-networks.ts';
import { runs } from '../runs.ts';

const fixtures = evidenceFixtures().map(({ evidence }) => evidence);
const addresses = [
  '10.200.0.11',
  '10.200.0.12',
  '10.0.1.10',
  '10.0.2.20',
  '10.42.0.0/24',
  '10.42.12.0/24',
  '0.0.0.0/0',
  'fd00:200::b:1',
  'fd00:200::c:1',
  '2001:db8:0:1::10',
  'fd00:42:0:c::/64',
];
const macs = ['0a:58:0a:2a:0b:00', '0a:58:0a:2a:0c:00', '0a:58:0a:2a:00:00'];
const leases = macs.map((VtepMAC) => JSON.stringify({ VNI: 1, VtepMAC }));
const change = anyDamage([
  ...addresses,
  ...macs,
  ...leases,
  'wg0',
  'flannel.1',
  'flannel-v6.1',
  'eth0',
  'wireguard',
  'host-gw',
]);
const BACKEND_DATA = 'flannel.alpha.coreos.com/backend-data';
const anyLease = fc.option(fc.constantFrom(...leases, JSON.stringify({ VNI: 1, VtepMAC: '02:00:00:00:00:01' })));
/** Of these, what is repaired by giving a WireGuard peer networks. */
const movable = fixtures.filter((evidence) =>
  planRepair(examine(evidence)).hosts.some(({ operations }) =>
    operations.some(({ op }) => op === 'wg allowed-ips' || op === 'wg add'),
  ),
);
type TakesAway = Extract<Operation, { readonly op: 'addr del' | 'conntrack del' }>;

/** Of these, what is repaired by taking an address or a flow away, with each such operation. */
const leftBehind = fixtures.flatMap((evidence) =>
  planRepair(examine(evidence)).hosts.flatMap(({ operations }) =>
    operations.flatMap((operation) =>
      operation.op === 'addr del' || operation.op === 'conntrack del' ? [{ evidence, operation }] : [],
    ),
  ),
);

/** The address that would be taken from a device, with its prefix, or to which nothing would be translated any more. */
function addressIn(operation: TakesAway): string {
  return operation.op === 'addr del' ? operation.address : operation.at;
}

/** Ways in which the target's address is of use after all. */
const anyUse = fc.constantFrom(
  // A pod answers there, or on a bridge with such an address beside it.
  (evidence: Evidence, address: string) => withPod(evidence, address.includes('/') ? besideIt(address) : address),
  (evidence: Evidence, address: string) =>
    address.includes('/') ? withInternalIp(evidence, bareAddress(address)) : withPod(evidence, address),
);

function besideIt(address: string): string {
  const cidr = parseCidr(address);
  return (cidr && addressAt(cidr, 5n)) ?? bareAddress(address);
}

function withPod(evidence: Evidence, address: string): unknown {
  const readings = evidence.readings.map((reading) => {
    const { role, passive } = reading;
    if (role !== 'node' || passive.status !== 'read') return reading;
    const { pods } = passive.evidence;
    const more = { ...pods, addresses: [...pods.addresses, address] };
    return { ...reading, passive: { ...passive, evidence: { ...passive.evidence, pods: more } } };
  });
  return { ...evidence, readings };
}

function withInternalIp(evidence: Evidence, address: string): unknown {
  const nodes = evidence.nodes.map((node) => {
    if (node.metadata.name !== evidence.target.node) return node;
    const addresses = [...(node.status.addresses ?? []), { type: 'InternalIP', address }];
    return { ...node, status: { ...node.status, addresses } };
  });
  return { ...evidence, nodes };
}

const changes = (most: number) => fc.array(change, { minLength: 1, maxLength: most });

function parsed(value: unknown): Evidence {
  const result = EvidenceSchema.safeParse(value);
  fc.pre(result.success);
  return result.data;
}

/** The peer that an entry of the overlay is about; undefined: it is about none, or about all. */
function aboutPeer(operation: Operation, { facts }: Examination): string | undefined {
  const { members } = facts.network;
  switch (operation.op) {
    case 'neigh replace':
      return members.find(({ overlayIp }) => overlayIp === operation.ip)?.node;
    case 'fdb replace':
      return members.find(({ publicIp }) => publicIp === operation.dst)?.node;
    case 'route replace':
      return members.find(({ podCidr }) => podCidr === operation.cidr)?.node;
    default:
      return undefined;
  }
}

/** The kinds of paths that an operation on an entry is for: a route is narrowed for full-size packets. */
function kindsOf(operation: Operation): readonly string[] {
  const small = ['vtep', 'pod', 'workload'];
  return operation.op === 'route replace' && operation.mtuBytes !== undefined ? [...small, 'full'] : small;
}

function pathsPass(evidence: Evidence, kinds: readonly string[], host: string, peer: string): boolean {
  const own = measuredPaths(evidence).filter(
    ({ kind, from, to }) => kinds.includes(kind) && [from, to].includes(host) && [from, to].includes(peer),
  );
  return own.length > 0 && own.every(({ passed }) => passed);
}

describe('whatever is measured', () => {
  it('an entry of the overlay is touched only where a path that depends on it is lost', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fixtures), changes(8), (evidence, damages) => {
        const examination = examine(parsed(damages.reduce<unknown>(damaged, evidence)));
        const { hosts } = planRepair(examination);
        for (const { host, operations } of hosts) {
          if (operations.some(({ op }) => op === 'vxlan create')) continue;
          for (const operation of operations) {
            const peer = aboutPeer(operation, examination);
            if (peer !== undefined)
              expect(pathsPass(examination.facts.evidence, kindsOf(operation), host, peer)).toBe(false);
          }
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('a device is made anew only where nothing passes through it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fixtures), changes(8), (evidence, damages) => {
        const examination = examine(parsed(damages.reduce<unknown>(damaged, evidence)));
        const { evidence: seen } = examination.facts;
        const anew = planRepair(examination).hosts.filter(({ operations }) =>
          operations.some(({ op }) => op === 'vxlan create'),
        );
        const passing = measuredPaths(seen).filter(({ kind, passed }) => kind === 'vtep' && passed);
        for (const { host } of anew) {
          const outward = passing.filter(({ from }) => from === host);
          const inward = passing.filter(({ to }) => to === host);
          // What leaves by the default route, as no device is there, did not pass through it.
          const isThere =
            measuredOn(seen.readings, host)?.links.some(({ kind, up }) => kind === 'vxlan' && up) === true;
          expect(isThere || inward.length > 0 ? outward : []).toEqual([]);
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('an address or a flow is taken away only where nobody uses it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...leftBehind), anyUse, changes(2), ({ evidence, operation }, use, damages) => {
        const changed = parsed(damages.reduce<unknown>(damaged, evidence));
        const { hosts } = planRepair(examine(parsed(use(changed, addressIn(operation)))));
        const lines = hosts.flatMap(({ operations }) => operations.map(formatOperation));
        expect(lines).not.toContain(formatOperation(operation));
      }),
      { numRuns: runs(300) },
    );
  });

  it('a fault of IPv6 touches nothing of IPv4', () => {
    const ipv6Faults = evidenceFixtures().flatMap(({ fault, evidence }) =>
      fault.name.startsWith('v6-') ? [evidence] : [],
    );
    fc.assert(
      fc.property(fc.constantFrom(...ipv6Faults), changes(4), (evidence, damages) => {
        const changed = parsed(damages.reduce<unknown>(damaged, evidence));
        const examination = examine(changed);
        if (examination.facts.self?.family !== 'ipv6') return;
        for (const { host, operations } of planRepair(examination).hosts)
          for (const operation of operations) {
            if (operation.op !== 'wg allowed-ips' && operation.op !== 'wg add') {
              expect(formatOperation(operation)).not.toMatch(/ \d+\.\d+\.\d+\.\d+| flannel\.1( |$)|^wg |net\.ipv4/);
              continue;
            }
            // The list of a peer is replaced as a whole: what it has of IPv4 stays as it is.
            const { wireguardDevice } = changed;
            const held = heldBy(operation, readingOn(changed.readings, host), wireguardDevice);
            const ofIpv4 = (cidrs: readonly string[]) => cidrs.filter((cidr) => !cidr.includes(':'));
            expect(ofIpv4(operation.cidrs).filter((cidr) => !held.everOwn.includes(cidr))).toEqual([]);
            // On its own device flannel says which networks of IPv6 a peer has.
            const isTunnel = operation.dev === wireguardDevice;
            expectKept(operation, isTunnel ? held : { ...held, everOwn: ofIpv4(held.everOwn) });
          }
      }),
      { numRuns: runs(200) },
    );
  });

  it('no WireGuard peer of the tunnel loses a network that any reading of the host shows, and a lost peer is left alone', () => {
    fc.assert(
      fc.property(fc.constantFrom(...movable), fc.array(anyCut, { minLength: 1, maxLength: 3 }), (evidence, cuts) => {
        const changed = cuts.reduce(cutShort, evidence);
        for (const { host, operations } of planRepair(examine(changed)).hosts)
          for (const operation of operations)
            if (operation.op === 'wg allowed-ips' && operation.dev === evidence.wireguardDevice)
              expectKept(operation, heldBy(operation, readingOn(changed.readings, host), operation.dev));
      }),
      { numRuns: runs(500) },
    );
  });

  it('no network moves from one WireGuard peer to another unasked', () => {
    fc.assert(
      fc.property(fc.constantFrom(...movable), fc.array(change, { maxLength: 3 }), (evidence, damages) => {
        const examination = examine(parsed(damages.reduce<unknown>(damaged, evidence)));
        const { hosts, asks = [] } = planRepair(examination);
        if (asks.length > 0) return;
        for (const { host, operations } of hosts) {
          const reading = examination.facts.evidence.readings.find((each) => each.host === host);
          const measured = reading?.passive.status === 'read' ? reading.passive.evidence : undefined;
          const removed = operations.flatMap((operation) => (operation.op === 'wg del' ? [operation.peer] : []));
          for (const operation of operations) {
            if (operation.op !== 'wg allowed-ips' && operation.op !== 'wg add') continue;
            const device = [measured?.wireguard, measured?.flannelWireGuard].find(
              (each) => each?.interface === operation.dev,
            );
            const others = (device?.peers ?? []).filter(
              ({ publicKey }) => publicKey !== operation.peer && !removed.includes(publicKey),
            );
            const own = device?.peers.find(({ publicKey }) => publicKey === operation.peer)?.allowedIps ?? [];
            const added = operation.cidrs.filter((cidr) => !own.includes(cidr));
            for (const { allowedIps } of others) expect(allowedIps.filter((cidr) => added.includes(cidr))).toEqual([]);
          }
        }
      }),
      { numRuns: runs(200) },
    );
  });
});

describe.each([
  ['VXLAN', healthyEvidence()],
  ['flannel’s own WireGuard', nativeEvidence()],
  ['two address families', dualStackEvidence()],
])('a node that lies in a healthy fleet of %s', (_what, healthy) => {
  it('with its Node object and its output, in any field, changes no other host unasked', () => {
    fc.assert(
      fc.property(changes(10), changes(10), fc.boolean(), anyLease, (inObject, inReading, allLost, lease) => {
        const lying = parsed({
          ...healthy,
          nodes: healthy.nodes.map((node) =>
            node.metadata.name === 'gpu-1'
              ? {
                  ...Object(inObject.reduce<unknown>(damaged, node)),
                  metadata: Object(withName(inObject.reduce<unknown>(damaged, node), lease)),
                }
              : node,
          ),
          readings: healthy.readings.map((reading) =>
            reading.host === 'gpu-1'
              ? {
                  ...Object(inReading.reduce<unknown>(damaged, allLost ? withoutAnswers(reading) : reading)),
                  host: 'gpu-1',
                  role: 'node',
                }
              : reading,
          ),
        });
        const plan = planRepair(examine(lying));
        const isAsked = (host: string) => (plan.asks ?? []).some((why) => why.startsWith(`${host}: `));
        const elsewhere = plan.hosts.filter(({ host }) => host !== 'gpu-1' && !isAsked(host));
        expect(elsewhere.flatMap(({ operations }) => operations.map(formatOperation))).toEqual([]);
      }),
      { numRuns: runs(500) },
    );
  });
});

/** It says that nobody answers it. */
function withoutAnswers(reading: HostReading): HostReading {
  const runs = reading.runs.map((run) => ({ ...run, probes: run.probes.map((probe) => ({ ...probe, received: 0 })) }));
  return { ...reading, runs };
}

/** It cannot change its own name: the API server keeps that. `lease`: what it says of its device; null: as it was, or damaged. */
function withName(node: unknown, lease: string | null): unknown {
  const metadata = typeof node === 'object' && node !== null && 'metadata' in node ? node.metadata : {};
  const annotations =
    typeof metadata === 'object' && metadata !== null && 'annotations' in metadata ? metadata.annotations : {};
  const said = lease === null ? {} : { annotations: { ...Object(annotations), [BACKEND_DATA]: lease } };
  return { ...Object(metadata), ...said, name: 'gpu-1' };
}
