import type { Facts } from './facts.ts';

/** subnet.env is read when a pod is created: pods keep the MTU of that day, and learn a smaller one packet by packet. */
export function oldPodMtus({ node, evidence, name }: Facts): readonly string[] {
  const device = node?.links.find((link) => link.name === evidence.flannelDevice);
  if (node === undefined || device === undefined) return [];
  return node.pods.mtus
    .filter(([mtuBytes]) => mtuBytes > device.mtuBytes)
    .map(
      ([mtuBytes, pods]) =>
        `${pods} of ${name}’s pods keep an MTU of ${mtuBytes}, ${device.name} has ${device.mtuBytes}`,
    );
}
