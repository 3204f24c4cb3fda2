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

/**
 * What the `diagnose` document prints: `NodeEvidence` with the three tables of the VXLAN device joined where they agree, and where
 * it was told checksums of what they should hold, without the rows that have them (`agrees`).
 */
export const PrintedEvidence = NodeEvidence.extend({
  flannelDevice: z.string(),
  overlay: z.array(OverlayRow),
  agrees: Agreements.optional(),
});

export type PrintedEvidence = z.infer<typeof PrintedEvidence>;

/** Takes the joined rows apart again. */
export function toNodeEvidence({ flannelDevice, overlay, agrees: _, ...rest }: PrintedEvidence): NodeEvidence {
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

type Neighbour = NodeEvidence['neighbours'][number];
type Forwarding = NodeEvidence['fdb'][number];
type Route = NodeEvidence['routes'][number];
