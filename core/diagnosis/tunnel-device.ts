import { sees } from '../evidence/evidence.ts';
import type { NodeEvidence } from '../evidence/node-evidence.ts';

export interface TunnelDeviceFault {
  readonly cause: 'interface-missing' | 'interface-down' | 'daemon-hung';
  readonly why: string;
}

/** What is wrong with the WireGuard device of a host itself. Only a userspace WireGuard can hang. */
export function tunnelDeviceFault(host: string, measured: NodeEvidence, device: string): TunnelDeviceFault | undefined {
  if (!sees(measured, 'links')) return undefined;
  const link = measured.links.find(({ name }) => name === device);
  const what = `${device} of ${host}`;
  if (link === undefined) return { cause: 'interface-missing', why: `${what} does not exist` };
  if (!link.up) return { cause: 'interface-down', why: `${what} is down` };
  const hung = measured.unseen.some((gap) => gap.what === 'wireguard' && gap.why === 'timeout');
  return hung ? { cause: 'daemon-hung', why: `the daemon of ${what} does not answer` } : undefined;
}
