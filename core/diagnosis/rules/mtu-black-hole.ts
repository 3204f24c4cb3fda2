import { describePath, measuredPaths } from '../../evidence/paths.ts';
import { type Direction, type Finding, notA } from '../diagnosis.ts';
import { type Facts, passes } from '../facts.ts';
import { fullSizeLosses, lossesBySize, silentLosses } from '../full-size-losses.ts';
import { oversizedDevice } from '../native/oversized-device.ts';
import { type TunnelSize, tunnelSize } from '../tunnel-size.ts';

const not = notA('mtu-black-hole');

/** Small packets pass through the overlay and full-size ones vanish without a word. */
export function mtuBlackHole(facts: Facts): Finding {
  if (fullSizeLosses(facts).length === 0) return not('full-size packets pass, or were not measured');
  const smallPasses = lossesBySize(facts);
  if (smallPasses.length === 0) return not('small packets are lost on the same paths');
  const silent = silentLosses(facts);
  if (silent.length === 0) return not('too long packets are answered with "frag needed": senders adapt by themselves');
  const size = tunnelSize(facts) ?? ownDevice(facts);
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

/** The path below carries all that it promises; flannel's own WireGuard device may promise more. */
function ownDevice(facts: Facts): Pick<TunnelSize, 'deviceTooLarge' | 'host' | 'because'> | undefined {
  const device = oversizedDevice(facts);
  return device && { deviceTooLarge: true, ...device };
}
