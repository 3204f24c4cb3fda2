import type { FlannelBackend } from '../../../core/network/mtu-stack.ts';
import { hostGw } from './host-gw.ts';
import type { LabOverlay } from './lab-overlay.ts';
import { vxlan } from './vxlan.ts';
import { openWireguardNative } from './wireguard-native.ts';

/** What flannel can run on a fleet of namespaces, in the order in which proofs go through them. */
export const labBackends = ['vxlan', 'wireguard-native', 'host-gw'] as const satisfies readonly FlannelBackend[];

const overlays: Readonly<Record<FlannelBackend, (stateDir: string) => Promise<LabOverlay>>> = {
  vxlan: async () => vxlan,
  'wireguard-native': openWireguardNative,
  'host-gw': async () => hostGw,
};

/** The overlay of a fleet, with the keys that its state folder keeps. */
export function openOverlay(backend: FlannelBackend, stateDir: string): Promise<LabOverlay> {
  return overlays[backend](stateDir);
}
