import { findPath } from '../evidence/paths.ts';
import { egressMtuBytes } from '../evidence/routes.ts';
import type { Facts } from './facts.ts';
import { silentLosses } from './full-size-losses.ts';
import type { TunnelSize } from './tunnel-size.ts';

/**
 * What the tunnel carries of IPv6 alone, where its devices fit: IPv4's full-size packets pass through it, so what drops IPv6's lies
 * inside. Undefined: no search came back with less than its sender lets out, or the node has no tunnel.
 */
export function secondFamilySize(facts: Facts): TunnelSize | undefined {
  const { name, tunnel, node, hub, network, evidence } = facts;
  if (tunnel === undefined || silentLosses(facts).length === 0) return undefined;
  const ends = [
    { from: name, to: tunnel.hub, measured: node },
    { from: tunnel.hub, to: name, measured: hub?.measured },
  ];
  const found = ends.flatMap(({ from, to, measured }) => {
    const bytes = findPath(evidence, 'mtu', from, to)?.bytes ?? null;
    const address = network.members.find((member) => member.node === to)?.publicIp;
    const most = address === undefined || measured === undefined ? undefined : egressMtuBytes(measured, address);
    return bytes === null || most === undefined || bytes >= most ? [] : [{ from, bytes, most }];
  });
  if (found.length === 0) return undefined;
  const carriedBytes = Math.min(...found.map(({ bytes }) => bytes));
  return {
    carriedBytes,
    tooLarge: found.map(({ from }) => from),
    deviceTooLarge: false,
    familyAlone: true,
    host: name,
    because: found.map(
      ({ from, bytes, most }) => `${from}: packets of ${bytes} bytes pass the tunnel, and none up to ${most} above`,
    ),
  };
}
