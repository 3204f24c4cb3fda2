import type { NodeEvidence } from '../evidence/node-evidence.ts';
import { sameIp } from '../network/address.ts';

/** The device that has the host's public IP: flannel's external interface. Undefined: no device has it. */
export function externalDevice({ addresses }: NodeEvidence, publicIp: string): string | undefined {
  return addresses.find(([, text]) => sameIp(text.split('/')[0] ?? '', publicIp))?.[0];
}
