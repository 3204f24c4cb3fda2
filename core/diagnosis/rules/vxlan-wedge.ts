import { assertNever } from '../../assert-never.ts';
import { type Drift, type DriftType, describeDrift } from '../../evidence/drift.ts';
import { remakesDevice } from '../../evidence/flannel-version.ts';
import { findNode } from '../../evidence/fleet-map.ts';
import { type Finding, notA } from '../diagnosis.ts';
import { driftSupport } from '../drift-support.ts';
import type { Facts } from '../facts.ts';

const not = notA('vxlan-wedge');

/** The cause is the deepest layer that differs: without the device there are no entries, without entries no packets. */
const deepestFirst: readonly DriftType[] = [
  'device-missing',
  'device-down',
  'device-wrong',
  'route-shadowed',
  'route-wrong',
  'fdb-missing',
  'fdb-wrong',
  'neighbour-wrong',
  'neighbour-missing',
  'route-missing',
];

/** The VXLAN device or its tables, on the node or on a peer, are not what the Node objects demand. */
export function vxlanWedge(facts: Facts): Finding {
  const { drifts, network } = facts;
  if (network.backend !== 'vxlan') return not('flannel runs WireGuard here, not VXLAN');
  if (drifts.every((drift) => drift.type === 'route-missing'))
    return not(drifts.length === 0 ? 'device and tables are as expected' : 'only routes are missing');
  const [deepest] = deepestFirst.flatMap((type) => drifts.filter((drift) => drift.type === type));
  if (deepest === undefined) return not('device and tables are as expected');
  const there = drifts.filter((drift) => drift.host === deepest.host);
  const support = driftSupport(facts, there);
  return {
    type: 'found',
    class: 'vxlan-wedge',
    basis: 'state',
    cause: wholeTable(facts, deepest.host) ?? causeOf(deepest),
    hostAtFault: deepest.host,
    direction: 'both',
    confidence: support.confidence,
    because: [...drifts.map(describeDrift), ...makerOf(facts, deepest), ...support.because],
    despite: support.despite,
  };
}

/** Whether the device comes back by itself decides what is done about it. */
function makerOf({ evidence }: Facts, { type, host }: Drift): readonly string[] {
  const node = findNode(evidence.nodes, host);
  const remakes = type === 'device-missing' && node !== undefined ? remakesDevice(node) : undefined;
  if (remakes === undefined) return [];
  return [
    remakes
      ? `the flannel of ${host} makes a lost device anew by itself, without its entries`
      : `the flannel of ${host} does not make a lost device anew (0.27.4 and later do)`,
  ];
}

function causeOf(drift: Drift): string {
  switch (drift.type) {
    case 'device-wrong':
      return `wrong-${drift.attribute}`;
    case 'route-wrong':
    case 'route-shadowed':
      return 'route-escaped';
    case 'route-missing':
    case 'device-missing':
    case 'device-down':
    case 'neighbour-missing':
    case 'neighbour-wrong':
    case 'fdb-missing':
    case 'fdb-wrong':
    case 'peer-missing':
    case 'peer-key-wrong':
    case 'allowed-ips-missing':
      return drift.type;
    default:
      return assertNever(drift);
  }
}

/**
 * What took every peer's entries at once: a link that went down and up lost routes and neighbours and kept its forwarding
 * entries; a device that was made anew (flannel 0.27.4 and later do so by themselves) lost all three (both measured).
 */
function wholeTable({ allDrifts, network }: Facts, host: string): string | undefined {
  const there = allDrifts.filter((drift) => drift.host === host);
  const peers = network.vteps.length - 1;
  const all = (type: DriftType) => peers > 0 && there.filter((drift) => drift.type === type).length === peers;
  const none = (type: DriftType) => !there.some((drift) => drift.type === type);
  if (there.some((drift) => drift.type.startsWith('device-'))) return undefined;
  if (!all('neighbour-missing') || !all('route-missing')) return undefined;
  if (all('fdb-missing')) return 'recreated-empty';
  return none('fdb-missing') ? 'link-bounced' : undefined;
}
