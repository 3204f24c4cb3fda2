import { causeOf } from '../diagnosis/causes.ts';
import type { Examination } from '../diagnosis/diagnose.ts';
import { cloudRouteByHand } from './cloud-route-by-hand.ts';

/** What only a person can change, as exactly as it can be said: who, where, and the change itself. */
export function handover({ facts, found, diagnosis }: Examination): readonly string[] {
  const { mendedBy, told } = causeOf(diagnosis.cause);
  if (mendedBy === 'nobody') return [];
  const { wireguardDevice, flannelDevice } = facts.evidence;
  const { tunnelSize, oversized } = found.forRepair ?? {};
  return [
    told({
      host: diagnosis.hostAtFault ?? facts.name,
      wireguardDevice,
      flannelDevice: flannelDevice ?? 'its routes',
      publicIp: facts.self?.publicIp ?? 'the node',
      key: facts.tunnel?.atNode.at(-1)?.wireguard.publicKey ?? 'its public key',
      oversizedDevice: oversized === undefined ? wireguardDevice : (flannelDevice ?? wireguardDevice),
      carriedBytes: tunnelSize?.carriedBytes ?? oversized?.fittingBytes ?? null,
      cloudChange: cloudRouteByHand(facts),
    }),
  ];
}

/** The same as the end of a sentence. */
export function byHand(examination: Examination): string {
  return handover(examination)
    .map((change) => `; by hand: ${change}`)
    .join('');
}
