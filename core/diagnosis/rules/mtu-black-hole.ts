import { describePath, type MeasuredPath, measuredPaths } from '../../evidence/paths.ts';
import { type Direction, type Finding, notA } from '../diagnosis.ts';
import { type Facts, passes } from '../facts.ts';
import { oversizedDevice } from '../native/oversized-device.ts';
import { type TunnelSize, tunnelSize } from '../tunnel-size.ts';

const not = notA('mtu-black-hole');

/** Small packets pass through the overlay and full-size ones vanish without a word. */
export function mtuBlackHole(facts: Facts): Finding {
  const lost = lostFull(facts);
  if (lost.length === 0) return not('full-size packets pass, or were not measured');
  const smallPasses = whereSmallPasses(facts, lost);
  if (smallPasses.length === 0) return not('small packets are lost on the same paths');
  const silent = silentLosses(facts);
  if (silent.length === 0) return not('too long packets are answered with "frag needed": senders adapt by themselves');
  const size = tunnelSize(facts) ?? ownDevice(facts, silent);
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

/** The node's paths on which full-size packets vanish without a word, and small ones pass. */
export function silentLosses(facts: Facts): readonly MeasuredPath[] {
  return whereSmallPasses(facts, lostFull(facts)).filter((path) => !path.tooLong);
}

function lostFull({ evidence, name }: Facts): readonly MeasuredPath[] {
  return measuredPaths(evidence).filter(
    (path) => path.kind === 'full' && [path.from, path.to].includes(name) && !path.passed,
  );
}

function whereSmallPasses(facts: Facts, paths: readonly MeasuredPath[]): readonly MeasuredPath[] {
  return paths.filter(({ from, to }) => passes(facts, 'vtep', from, to) === true);
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
function ownDevice(
  facts: Facts,
  silent: readonly MeasuredPath[],
): Pick<TunnelSize, 'deviceTooLarge' | 'host' | 'because'> | undefined {
  const device = oversizedDevice(facts, silent);
  return device && { deviceTooLarge: true, ...device };
}
