import { bareAddress, sameIp } from '../network/address.ts';
import type { NodeEvidence } from './node-evidence.ts';

/** The device that has this address; for the host's public IP it is flannel's external interface. Undefined: none has it. */
export function deviceWith({ addresses }: NodeEvidence, address: string): string | undefined {
  return addresses.find(([, text]) => sameIp(bareAddress(text), address))?.[0];
}
