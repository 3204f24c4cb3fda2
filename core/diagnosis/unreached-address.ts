import { deviceWith } from '../evidence/device-with.ts';
import { measuredOn, sees } from '../evidence/evidence.ts';
import { describePath, type MeasuredPath, measuredPaths } from '../evidence/paths.ts';
import type { Facts } from './facts.ts';

/** A host whose announced address, which is on none of its devices, nobody reaches. */
export interface UnreachedAddress {
  readonly host: string;
  readonly announced: string;
  readonly because: readonly string[];
}

/** One sender may have a fault of its own. */
const FEWEST_SENDERS = 2;

/**
 * The address is translated on the way to the host, or was until somebody else got it. Loss decides: every host that sends to it
 * loses everything, the overlay too, while the host itself reaches others, which answer it at its own address.
 */
export function unreachedAddress(facts: Facts): UnreachedAddress | undefined {
  const { evidence, network } = facts;
  for (const { node: host, publicIp: announced } of network.members) {
    const measured = measuredOn(evidence.readings, host);
    if (measured === undefined || !sees(measured, 'addresses') || deviceWith(measured, announced) !== undefined)
      continue;
    const paths = measuredPaths(evidence);
    const inward = paths.filter(({ kind, to }) => to === host && (kind === 'underlay' || kind === 'vtep'));
    const outward = paths.find(({ kind, from, passed }) => kind === 'underlay' && from === host && passed);
    if (outward === undefined || !isLostToAll(inward)) continue;
    return { host, announced, because: [...inward.map(describePath), describePath(outward)] };
  }
  return undefined;
}

/** An address that answers no echo is healthy where the overlay to it passes, so the overlay of each sender counts. */
function isLostToAll(inward: readonly MeasuredPath[]): boolean {
  const senders = new Set(inward.flatMap(({ kind, from }) => (kind === 'vtep' ? [from] : [])));
  return senders.size >= FEWEST_SENDERS && inward.every(({ passed }) => !passed);
}
