import { describePath, findPath, type MeasuredPath, measuredPaths } from '../../evidence/paths.ts';
import { lookUpRoute } from '../../evidence/routes.ts';
import { exactDeviceMtu, pathRange } from '../../network/mtu.ts';
import { type Direction, type Finding, notA } from '../diagnosis.ts';
import { type Facts, passes } from '../facts.ts';
import { oversizedDevice } from '../native/oversized-device.ts';

const not = notA('mtu-black-hole');

/** Small packets pass through the overlay and full-size ones vanish without a word. */
export function mtuBlackHole(facts: Facts): Finding {
  const full = touchingFull(facts);
  const lost = full.filter((path) => !path.passed);
  if (lost.length === 0) return not('full-size packets pass, or were not measured');
  const smallPasses = lost.filter(({ from, to }) => passes(facts, 'vtep', from, to) === true);
  if (smallPasses.length === 0) return not('small packets are lost on the same paths');
  const silent = smallPasses.filter((path) => !path.tooLong);
  if (silent.length === 0) return not('too long packets are answered with "frag needed": senders adapt by themselves');
  const size = measuredSize(facts) ?? ownDevice(facts, silent);
  return {
    type: 'found',
    class: 'mtu-black-hole',
    basis: 'symptom',
    cause: size?.deviceTooLarge === true ? 'device-mtu-too-large' : 'path-mtu-lowered',
    hostAtFault: size?.host ?? facts.name,
    direction: directionOf(facts),
    confidence: size === undefined ? 0.8 : 0.95,
    because: [...silent.map((path) => `small packets pass, ${describePath(path)}`), ...(size?.because ?? [])],
    despite: smallPasses.length > silent.length ? ['some too long packets are answered with "frag needed"'] : [],
  };
}

function touchingFull({ evidence, name }: Facts): readonly MeasuredPath[] {
  return measuredPaths(evidence).filter((path) => path.kind === 'full' && [path.from, path.to].includes(name));
}

/** A packet that needs no full-size answer tells one way from the other. */
function directionOf(facts: Facts): Direction {
  const hops = measuredPaths(facts.evidence).filter(
    ({ kind, from, to, passed }) => kind === 'fullhop' && !passed && passes(facts, 'hop', from, to) === true,
  );
  const outward = hops.some(({ from }) => from === facts.name);
  const inward = hops.some(({ to }) => to === facts.name);
  if (outward === inward) return 'both';
  return outward ? 'from-node' : 'to-node';
}

interface MeasuredSize {
  readonly deviceTooLarge: boolean;
  readonly host: string;
  readonly because: readonly string[];
}

/** What the path really carries, against what the uplinks at both ends promise and what the tunnel devices let out. */
function measuredSize(facts: Facts): MeasuredSize | undefined {
  const { name, tunnel, evidence } = facts;
  if (tunnel === undefined) return undefined;
  const underlay = isOverIpv6(facts) ? 'ipv6' : 'ipv4';
  const ends = [
    { host: name, to: tunnel.hub, mtuBytes: deviceMtu(facts, facts.node) },
    { host: tunnel.hub, to: name, mtuBytes: deviceMtu(facts, facts.hub?.measured) },
  ];
  // A search that got through with everything its own device lets out tells nothing of the path. Nor may the answers'
  // padding be counted by that device: they come from the other one.
  const inner = ends
    .flatMap(({ host, to, mtuBytes }) => {
      const bytes = findPath(evidence, 'mtu', host, to)?.bytes ?? null;
      return bytes === null || pathRange(bytes, underlay, mtuBytes).highestBytes === null ? [] : [bytes];
    })
    .toSorted((one, other) => one - other)[0];
  const uplinks = [uplinkMtu(facts.node), uplinkMtu(facts.hub?.measured)].filter((mtu) => mtu !== undefined);
  if (inner === undefined || uplinks.length === 0) return undefined;
  const { lowestBytes, highestBytes } = pathRange(inner, underlay);
  const promisedBytes = Math.min(...uplinks);
  const carriedBytes = Math.min(promisedBytes, highestBytes ?? promisedBytes);
  const most = exactDeviceMtu(carriedBytes, underlay);
  const tooLarge = ends.filter(({ mtuBytes }) => mtuBytes !== undefined && mtuBytes > most);
  // A path that nobody lowered, or one that the node was already fitted to: then a device is what is wrong.
  const deviceTooLarge = carriedBytes === promisedBytes || tooLarge.every(({ host }) => host !== name);
  return {
    deviceTooLarge,
    host: (deviceTooLarge ? tooLarge[0]?.host : undefined) ?? name,
    because: [
      `the tunnel carries ${inner} bytes: the path carries ${lowestBytes} to ${highestBytes}, the uplinks promise ${promisedBytes}`,
      ...tooLarge.map(
        ({ host, mtuBytes }) => `${evidence.wireguardDevice} of ${host} has ${mtuBytes}, at most ${most} fit`,
      ),
    ],
  };
}

/** The path below carries all that it promises; flannel's own WireGuard device may promise more. */
function ownDevice(facts: Facts, silent: readonly MeasuredPath[]): MeasuredSize | undefined {
  const device = oversizedDevice(facts, silent);
  return device && { deviceTooLarge: true, ...device };
}

function uplinkMtu(measured: Facts['node']): number | undefined {
  // Any address that is routed nowhere else: the benchmark network of RFC 2544.
  const route = measured && lookUpRoute(measured.routes, '198.18.0.1');
  return measured?.links.find(({ name }) => name === route?.device)?.mtuBytes;
}

function deviceMtu({ evidence }: Facts, measured: Facts['node']): number | undefined {
  return measured?.links.find(({ name }) => name === evidence.wireguardDevice)?.mtuBytes;
}

function isOverIpv6({ tunnel }: Facts): boolean {
  return tunnel?.hubAtNode.at(-1)?.endpoint?.startsWith('[') ?? false;
}
