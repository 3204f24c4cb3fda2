import type { OverlayName } from '../../../core/overlay/overlay-name.ts';
import { hostGw } from './host-gw.ts';
import type { LabOverlay } from './lab-overlay.ts';
import { vxlan } from './vxlan.ts';
import { openWireguardNative } from './wireguard-native.ts';

const overlays: Readonly<Record<OverlayName, (stateDir: string) => Promise<LabOverlay>>> = {
  vxlan: async () => vxlan,
  'wireguard-native': openWireguardNative,
  'host-gw': async () => hostGw,
};

/** The overlay of a fleet, with the keys that its state folder keeps. */
export function openOverlay(backend: OverlayName, stateDir: string): Promise<LabOverlay> {
  return overlays[backend](stateDir);
}
