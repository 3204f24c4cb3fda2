import type { Inventory } from '../inventory/inventory.ts';
import { addressAt, type Cidr, contains, parseCidr } from '../network/cidr.ts';
import type { Lesson } from './learn-entry.ts';

/** The record of the nodes that were learnt. Every other node is left out, and is for a person to add. */
export function learnInventory(lessons: readonly (readonly [string, Lesson])[]): Inventory {
  const learnt = lessons.flatMap(([name, lesson]) => (lesson.type === 'learnt' ? [{ name, ...lesson }] : []));
  return {
    version: 1,
    tunnelNetworks: [...tunnelNetworks(learnt.flatMap(({ tunnelNetwork }) => tunnelNetwork ?? []))],
    nodes: Object.fromEntries(learnt.map(({ name, entry }) => [name, entry])),
  };
}

/** Each network once; none that lies within another. */
function tunnelNetworks(texts: readonly string[]): readonly string[] {
  const networks = texts.flatMap((text) => parseCidr(text) ?? []);
  const widest = networks.filter(
    (one) => !networks.some((other) => other.prefix < one.prefix && contains(other, one.network)),
  );
  return [...new Set(widest.flatMap((network) => format(network) ?? []))];
}

function format(network: Cidr): string | undefined {
  const address = addressAt(network, 0n);
  return address === undefined ? undefined : `${address}/${network.prefix}`;
}
