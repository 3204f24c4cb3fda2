import { measuredOn } from '../evidence/evidence.ts';
import type { MeasuredPath } from '../evidence/paths.ts';
import { egressMtuBytes } from '../evidence/routes.ts';
import { parseIp } from '../network/address.ts';
import { exactDeviceMtu } from '../network/mtu.ts';
import type { Facts } from './facts.ts';
import { silentLosses } from './full-size-losses.ts';

export interface OversizedDevice {
  readonly host: string;
  /** The largest packet that leaves the host in one piece on every lost path. */
  readonly fittingBytes: number;
  readonly because: readonly string[];
}

/**
 * A device of flannel's own WireGuard whose MTU is too large for the device below it. Its packets are fragmented, and full-size
 * ones are lost where fragments are dropped. flannel itself sizes by the external interface alone: on a hub whose
 * card is larger than its tunnel the device is always too large for the spokes.
 */
export function oversizedDevice(facts: Facts): OversizedDevice | undefined {
  const { network, name } = facts;
  if (network.traits === null || network.traits.mtu.refusesTooLong) return undefined;
  const nodeFirst = silentLosses(facts).toSorted(
    (one, other) => Number(other.from === name) - Number(one.from === name),
  );
  const found = nodeFirst.flatMap((path) => tooLarge(facts, path));
  const [first] = found;
  if (first === undefined) return undefined;
  const { host } = first;
  const fittingBytes = Math.min(...found.filter((each) => each.host === host).map(({ most }) => most));
  return { host, fittingBytes, because: [...new Set(found.map(({ why }) => why))] };
}

function tooLarge(
  facts: Facts,
  { from, to }: MeasuredPath,
): readonly { readonly host: string; readonly most: number; readonly why: string }[] {
  const device = facts.evidence.flannelDevice;
  const sender = measuredOn(facts.evidence.readings, from);
  const publicIp = facts.network.members.find(({ node }) => node === to)?.publicIp ?? '';
  const own = sender?.links.find((link) => link.name === device)?.mtuBytes;
  const egress = sender && egressMtuBytes(sender, publicIp);
  if (own === undefined || egress === undefined) return [];
  const most = exactDeviceMtu(egress, parseIp(publicIp)?.version === 6 ? 'ipv6' : 'ipv4');
  if (own <= most) return [];
  return [
    { host: from, most, why: `${device} of ${from} has ${own}, at most ${most} leave it in one piece towards ${to}` },
  ];
}
