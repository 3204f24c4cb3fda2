import { wireGuardHeaders } from '../network/mtu.ts';
import type { MtuLayer } from './overlay.ts';

/** The fleet's own WireGuard tunnel below the overlay. */
export const tunnelLayer: MtuLayer = {
  device: 'wireguard',
  headers: wireGuardHeaders,
  why: 'every packet travels in UDP',
  usualName: () => 'wg0',
};
