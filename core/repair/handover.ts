import { causeOf } from '../diagnosis/causes.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Facts } from '../diagnosis/facts.ts';
import { cloudRouteByHand } from './cloud-route-by-hand.ts';

/** What a person can do about the cause, as exactly as it is known: the place and the change. */
export function handover(facts: Facts, { cause, hostAtFault }: Diagnosis): readonly string[] {
  const { mendedBy, told } = causeOf(cause);
  if (mendedBy === 'nobody') return [];
  const { wireguardDevice, flannelDevice } = facts.evidence;
  return [
    told({
      host: hostAtFault ?? facts.name,
      wireguardDevice,
      flannelDevice: flannelDevice ?? 'its routes',
      publicIp: facts.self?.publicIp ?? 'the node',
      key: facts.tunnel?.atNode.at(-1)?.wireguard.publicKey ?? 'its public key',
      cloudChange: cloudRouteByHand(facts),
    }),
  ];
}

/** The same, to be added to a sentence. */
export function byHand(facts: Facts, diagnosis: Diagnosis): string {
  return handover(facts, diagnosis)
    .map((change) => `; by hand: ${change}`)
    .join('');
}
