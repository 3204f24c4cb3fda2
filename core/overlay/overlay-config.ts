import type { NodeEvidence } from '../evidence/node-evidence.ts';

/** What flannel's net-conf says, which is one for the whole fleet. Null: nobody could tell, so nothing is concluded from it. */
export interface OverlayConfig {
  /** UDP port of the VXLAN device. */
  readonly port: number | null;
  /** Nodes of one network reach each other's pods without the overlay. */
  readonly directRouting: boolean | null;
}

export const UNKNOWN_CONFIG: OverlayConfig = { port: null, directRouting: null };

/** With fewer hosts than this a majority says nothing. */
const FEWEST_HOSTS = 2;

/**
 * The fleet's own configuration outranks every default: what net-conf.json says on the hosts that have one, else what most
 * hosts that were read have. Hosts that disagree without a majority tell nothing.
 */
export function overlayConfig(hosts: readonly NodeEvidence[], device: string | null): OverlayConfig {
  const said = hosts.flatMap(({ netConf }) => netConf ?? []);
  const ports = hosts.flatMap(({ links }) => links.find(({ name }) => name === device)?.vxlan?.port ?? []);
  return {
    port: agreed(said.flatMap(({ port }) => port ?? [])) ?? majority(ports),
    directRouting: agreed(said.flatMap(({ directRouting }) => directRouting ?? [])),
  };
}

/** The value that all give; null where they differ or nobody gives one. */
function agreed<T>(values: readonly T[]): T | null {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : null;
}

/** The value of more than half of them. */
function majority(values: readonly number[]): number | null {
  if (values.length < FEWEST_HOSTS) return null;
  return values.find((value) => values.filter((other) => other === value).length * 2 > values.length) ?? null;
}
