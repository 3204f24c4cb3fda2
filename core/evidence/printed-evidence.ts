import * as z from 'zod';
import { NodeEvidence } from './node-evidence.ts';

/**
 * One peer whose neighbour entry, forwarding entry and route belong together, as flanneld makes them: [VTEP address, MAC
 * without colons, neighbour state, destination | null (there is no forwarding entry), prefix length of its pod network].
 */
const OverlayRow = z.tuple([z.string(), z.string(), z.string(), z.string().nullable(), z.int()]);

const Digits = z.string().regex(/^[01]*$/);

/** For each table one digit for each bucket; 1: the host's rows have the checksum of the expected ones, and are not printed. */
const Agreements = z.object({ neighbours: Digits, fdb: Digits, routes: Digits });

export type Agreements = z.infer<typeof Agreements>;

/** What packets change. */
const BeforeProbes = NodeEvidence.pick({ collectedAt: true, wireguard: true, flannelWireGuard: true, counters: true });

/**
 * What the `diagnose` document prints: `NodeEvidence` with the three tables of the VXLAN device joined where they agree, and where
 * it was told checksums of what they should hold, without the rows that have them (`agrees`).
 */
export const PrintedEvidence = NodeEvidence.extend({
  flannelDevice: z.string(),
  overlay: z.array(OverlayRow),
  agrees: Agreements.optional(),
  before: BeforeProbes.optional().describe(
    'where one command read the host and sent: the same before the first packet, of peers those in the focus; absent: nothing was sent',
  ),
});

export type PrintedEvidence = z.infer<typeof PrintedEvidence>;

/** Takes the joined rows apart again. */
export function toNodeEvidence({
  flannelDevice,
  overlay,
  agrees: _,
  before: __,
  ...rest
}: PrintedEvidence): NodeEvidence {
  const rows = overlay.map(([ip, bareMac, state, destination, prefix]) => ({
    ip,
    mac: bareMac.replaceAll(/(..)(?=.)/g, '$1:'),
    state,
    destination,
    prefix,
  }));
  return {
    ...rest,
    neighbours: [...rows.map(({ ip, mac, state }): Neighbour => [ip, mac, state]), ...rest.neighbours],
    fdb: [
      ...rows.flatMap(({ mac, destination }): readonly Forwarding[] =>
        destination === null ? [] : [[mac, destination]],
      ),
      ...rest.fdb,
    ],
    routes: [
      ...rows.map(({ ip, prefix }): Route => [`${ip}/${prefix}`, ip, flannelDevice, true, 0, 'boot', null, null, 0]),
      ...rest.routes,
    ],
  };
}

/** The host as it was before the first packet. Flows are left out: one reading of them tells nothing. */
export function beforeProbes({ flows: _, ...after }: NodeEvidence, before: z.infer<typeof BeforeProbes>): NodeEvidence {
  return {
    ...after,
    ...before,
    wireguard: withPeersOf(after.wireguard, before.wireguard),
    flannelWireGuard: withPeersOf(after.flannelWireGuard, before.flannelWireGuard),
    probes: [],
  };
}

type Device = NodeEvidence['wireguard'];

/** The table as a whole, with peers as they were where that was read. */
function withPeersOf(whole: Device, earlier: Device): Device {
  if (whole === null || earlier === null) return whole;
  const known = new Map(earlier.peers.map((peer) => [peer.publicKey, peer]));
  return { ...whole, peers: whole.peers.map((peer) => known.get(peer.publicKey) ?? peer) };
}

type Neighbour = NodeEvidence['neighbours'][number];
type Forwarding = NodeEvidence['fdb'][number];
type Route = NodeEvidence['routes'][number];
