import type { OverlayName } from '../../core/overlay/overlay-name.ts';
import { announcedNotLocal } from './announced-not-local.ts';
import { busyHost } from './busy-host.ts';
import { busyNodeObjects } from './busy-node-objects.ts';
import { directRouting } from './direct-routing.ts';
import { dockerBeside } from './docker-beside.ts';
import { dualStack } from './dual-stack.ts';
import { dualStackHostGw } from './dual-stack-host-gw.ts';
import { dualStackNative } from './dual-stack-native.ts';
import { dualStackPartly } from './dual-stack-partly.ts';
import { dualStackUnreached } from './dual-stack-unreached.ts';
import { filtersBeside } from './filters-beside.ts';
import { fullMesh } from './full-mesh.ts';
import { fullTunnel } from './full-tunnel.ts';
import { guestsAtHub } from './guests-at-hub.ts';
import { plainHostGw } from './host-gw.ts';
import { hub8921 } from './hub-8921.ts';
import { ipv6Underlay } from './ipv6-underlay.ts';
import type { LabVariant } from './lab-variant.ts';
import { leftoverRoutes } from './leftover-routes.ts';
import { lossy2Percent } from './lossy-2-percent.ts';
import { meshBeside } from './mesh-beside.ts';
import { mixedFlannel } from './mixed-flannel.ts';
import { noKubeProxy } from './no-kube-proxy.ts';
import { noMasquerade } from './no-masquerade.ts';
import { oneNat } from './one-nat.ts';
import { oneSubnet } from './one-subnet.ts';
import { otherDeviceName } from './other-device-name.ts';
import { otherLabelNames } from './other-label-names.ts';
import { otherPodRange } from './other-pod-range.ts';
import { peers200 } from './peers-200.ts';
import { pods23 } from './pods-23.ts';
import { pods25 } from './pods-25.ts';
import { pods26 } from './pods-26.ts';
import { port4789 } from './port-4789.ts';
import { port4790 } from './port-4790.ts';
import { reordered } from './reordered.ts';
import { serviceModes } from './service-modes.ts';
import { slow150Ms } from './slow-150-ms.ts';
import { spokes1280 } from './spokes-1280.ts';
import { twoHubs } from './two-hubs.ts';
import { plainVxlan } from './vxlan.ts';
import { plainNative } from './wireguard-native.ts';
import { withServices } from './with-services.ts';

/** Every fleet that the lab can be. The first three have the names of flannel's backends, and nothing else that differs. */
export const variantCatalogue: readonly LabVariant[] = [
  plainVxlan,
  plainNative,
  plainHostGw,
  port4789,
  port4790,
  directRouting,
  oneSubnet,
  announcedNotLocal,
  fullTunnel,
  pods23,
  pods25,
  pods26,
  otherPodRange,
  dockerBeside,
  leftoverRoutes,
  meshBeside,
  spokes1280,
  hub8921,
  oneNat,
  twoHubs,
  busyNodeObjects,
  otherDeviceName,
  otherLabelNames,
  lossy2Percent,
  guestsAtHub,
  filtersBeside,
  mixedFlannel,
  ipv6Underlay,
  fullMesh,
  slow150Ms,
  withServices,
  serviceModes,
  noKubeProxy,
  noMasquerade,
  dualStack,
  peers200,
  reordered,
  busyHost,
  dualStackPartly,
  dualStackUnreached,
  dualStackNative,
  dualStackHostGw,
];

export function findVariant(name: string): LabVariant | undefined {
  return variantCatalogue.find((variant) => variant.name === name);
}

/** What is asked for by name, by its backend, or not at all: then it is what was kept, or plain VXLAN. Throws for an unknown name. */
export function chooseVariant(
  { variant: name, backend }: { readonly variant?: string; readonly backend?: OverlayName },
  kept: LabVariant | undefined,
): LabVariant {
  if (name !== undefined) return known(name);
  if (backend === undefined) return kept ?? plainVxlan;
  return kept?.fleet.backend === backend ? kept : known(backend);
}

function known(name: string): LabVariant {
  const variant = findVariant(name);
  if (variant !== undefined) return variant;
  throw new Error(`no variant is called ${name}; known: ${variantCatalogue.map((each) => each.name).join(', ')}`);
}
