import { type Evidence, type HostReading, measuredBy } from '../evidence/evidence.ts';
import type { Facts } from './facts.ts';

/** Hosts are read within seconds of each other; a larger difference means that a clock is wrong. */
const CLOCK_SKEW_SECONDS = 60;

/** Seconds by which a host's clock is ahead, negative: behind. Undefined: it is right, or the host was not read. */
export function clockSkew(evidence: Evidence, reading: HostReading): number | undefined {
  const measured = measuredBy(reading);
  if (measured === undefined) return undefined;
  const ahead = measured.collectedAt - Math.round(evidence.collectedAt / 1_000);
  return Math.abs(ahead) > CLOCK_SKEW_SECONDS ? ahead : undefined;
}

/**
 * Seconds by which the node's clock alone is behind. WireGuard accepts no handshake that is older than the last accepted one
 * (whitepaper, section 5.1): with a clock that was set back none succeeds.
 */
export function clockBehind(facts: Facts): number | undefined {
  const { evidence, name } = facts;
  const skews = evidence.readings.map((reading) => ({ host: reading.host, ahead: clockSkew(evidence, reading) }));
  const wrong = skews.filter(({ ahead }) => ahead !== undefined);
  const [only] = wrong;
  const isNodeAlone = wrong.length === 1 && only?.host === name && skews.length > 1;
  return isNodeAlone && only.ahead !== undefined && only.ahead < 0 ? -only.ahead : undefined;
}
