import { causeOf } from '../diagnosis/causes.ts';
import type { Examination } from '../diagnosis/diagnose.ts';
import { forwardingKeys } from '../network/forwarding-key.ts';
import { cloudRouteByHand } from './cloud-route-by-hand.ts';
import { insideFlannel } from './plan-mtu.ts';

/** What only a person can change, as exactly as it can be said: who, where, and the change itself. */
export function handover({ facts, found, diagnosis }: Examination): readonly string[] {
  const { mendedBy, told } = causeOf(diagnosis.cause);
  if (mendedBy === 'nobody') return [];
  const { wireguardDevice, flannelDevice } = facts.evidence;
  const { tunnelSize, oversized } = found.forRepair ?? {};
  const carried = tunnelSize?.familyAlone ? insideFlannel(facts, tunnelSize.carriedBytes) : tunnelSize?.carriedBytes;
  const isOfFlannel = oversized !== undefined || tunnelSize?.familyAlone === true;
  return [
    told({
      host: diagnosis.hostAtFault ?? facts.name,
      wireguardDevice,
      flannelDevice: flannelDevice ?? 'its routes',
      publicIp: facts.self?.publicIp ?? 'the node',
      key: facts.tunnel?.atNode.at(-1)?.wireguard.publicKey ?? 'its public key',
      oversizedDevice: isOfFlannel ? (flannelDevice ?? wireguardDevice) : wireguardDevice,
      forwardingKey: forwardingKeys[facts.family],
      carriedBytes: carried ?? oversized?.fittingBytes ?? null,
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
