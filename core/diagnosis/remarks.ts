import { measuredBy } from '../evidence/evidence.ts';
import type { NodeEvidence } from '../evidence/node-evidence.ts';
import type { Facts } from './facts.ts';

/** Hosts are read within seconds of each other; a larger difference is the clock's. */
const CLOCK_SKEW_SECONDS = 60;

/** What decides nothing and is worth a look all the same, whatever the diagnosis. */
export function remarks(facts: Facts): readonly string[] {
  return [...oldPodMtus(facts), ...skewedClocks(facts), ...userspaceTunnel(facts)];
}

/** subnet.env is read when a pod is created: pods keep the MTU of that day, and learn a smaller one packet by packet. */
function oldPodMtus({ node, evidence, name }: Facts): readonly string[] {
  const device = node?.links.find((link) => link.name === evidence.flannelDevice);
  if (node === undefined || device === undefined) return [];
  return node.pods.mtus
    .filter(([mtuBytes]) => mtuBytes > device.mtuBytes)
    .map(
      ([mtuBytes, pods]) =>
        `${pods} of ${name}’s pods keep an MTU of ${mtuBytes}, ${device.name} has ${device.mtuBytes}`,
    );
}

/** WireGuard drops a handshake that is older than the last it took (whitepaper §5.1): a clock set back silences the tunnel. */
function skewedClocks({ evidence }: Facts): readonly string[] {
  return evidence.readings.flatMap((reading) => {
    const measured = measuredBy(reading);
    if (measured === undefined) return [];
    const ahead = measured.collectedAt - Math.round(evidence.collectedAt / 1_000);
    if (Math.abs(ahead) <= CLOCK_SKEW_SECONDS) return [];
    return [`the clock of ${reading.host} is ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead' : 'behind'}`];
  });
}

/** The kernel's WireGuard falls back to a userspace one where its module is missing, at a fraction of the speed. */
function userspaceTunnel({ evidence, name, node, hub, peer }: Facts): readonly string[] {
  const kindOf = (measured: NodeEvidence | undefined) =>
    measured?.links.find((link) => link.name === evidence.wireguardDevice)?.kind;
  const elsewhere = [kindOf(hub?.measured), kindOf(peer?.measured)];
  if (kindOf(node) !== 'tun' || !elsewhere.includes('wireguard')) return [];
  return [`${evidence.wireguardDevice} of ${name} is a userspace WireGuard, elsewhere the kernel’s runs`];
}
