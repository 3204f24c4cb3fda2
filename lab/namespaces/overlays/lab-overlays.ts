import type { OverlayName } from '../../../core/overlay/overlay-name.ts';
import type { LabFleet } from '../lab-fleet.ts';
import { createHostGw } from './host-gw.ts';
import type { LabOverlay } from './lab-overlay.ts';
import { createVxlan } from './vxlan.ts';
import { openWireguardNative } from './wireguard-native.ts';

const overlays: Readonly<Record<OverlayName, (fleet: LabFleet, stateDir: string) => Promise<LabOverlay>>> = {
  vxlan: async (fleet) => createVxlan(fleet),
  'wireguard-native': openWireguardNative,
  'host-gw': async (fleet) => createHostGw(fleet),
};

/** The overlay of a fleet, with the keys that its state folder keeps. */
export function openOverlay(fleet: LabFleet, stateDir: string): Promise<LabOverlay> {
  return overlays[fleet.backend](fleet, stateDir);
}
