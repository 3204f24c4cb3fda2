import { backendOf, type Fault } from '../../lab/fault.ts';
import { faultCatalogue } from '../../lab/faults/catalogue.ts';
import { variantCatalogue } from '../../lab/variants/catalogue.ts';
import type { LabVariant } from '../../lab/variants/lab-variant.ts';
import type { Choice } from '../choose-faults.ts';

/** What happens most, by what field reports and maintainers' threads tell. Other backends have the first ten of their own. */
export const commonestFaults: readonly string[] = [
  'fdb-flushed',
  'neighbour-wrong-mac',
  'link-bounced',
  'vxlan-missing',
  'pod-routes-missing',
  'allowed-ips-missing',
  'ip-forward-off',
  'wireguard-down',
  'path-mtu-1400',
  'kubelet-stopped',
];
const MOST_FAULTS = 10;

/** Faults that are none on a variant, or that cannot be made there. */
const none: Readonly<Record<string, readonly string[]>> = {
  // Its packets fit through 1400 bytes.
  'spokes-1280': ['path-mtu-1400'],
  // Its packets are cut on the way, and all arrive.
  'hub-8921': ['path-mtu-1400'],
  // A node has more than one peer, and no hub.
  'full-mesh': ['allowed-ips-missing'],
  // The narrow line is that of both GPU nodes.
  'one-nat': ['path-mtu-1400'],
};

/** Without a hub one pair of hosts is measured, which blames nobody where a path between them is at fault. */
const blamesNobody = (variant: string, fault: Fault) => variant === 'full-mesh' && fault.name === 'path-mtu-1400';

/** The ten commonest faults on one variant. The fleet makes their commands fit. */
export function faultsOnVariant({ name, fleet }: LabVariant): readonly Fault[] {
  const ofBackend = faultCatalogue.filter(
    (fault) => backendOf(fault) === fleet.backend && fault.variant === undefined && fault.label.class !== 'healthy',
  );
  const common =
    fleet.backend === 'vxlan' ? ofBackend.filter((fault) => commonestFaults.includes(fault.name)) : ofBackend;
  return common
    .filter((fault) => !none[name]?.includes(fault.name))
    .slice(0, MOST_FAULTS)
    .map((fault) => ({
      ...fault,
      variant: name,
      label: blamesNobody(name, fault) ? { ...fault.label, hostAtFault: null } : fault.label,
    }));
}

/** `only`: names of variants, or `VARIANT/FAULT`. Refused for a name that is neither. */
export function faultsOnVariants(only: string | undefined): Choice {
  const known = variantCatalogue.flatMap((variant) =>
    faultsOnVariant(variant).map((fault) => ({ fault, names: [variant.name, `${variant.name}/${fault.name}`] })),
  );
  const wanted = only?.split(',');
  const unknown = (wanted ?? []).filter((name) => !known.some(({ names }) => names.includes(name)));
  if (unknown.length > 0)
    return { type: 'refused', why: `no variant and no fault of one is called ${unknown.join(', ')}` };
  const chosen = known.filter(({ names }) => wanted?.some((name) => names.includes(name)) ?? true);
  return { type: 'chosen', faults: chosen.map(({ fault }) => fault), all: wanted === undefined };
}
