import { type FleetLabels, readyStatus } from './fleet-map.ts';
import type { NodeObject } from './node-object.ts';

/**
 * The one of the nodes behind a hub from which the hub is looked at; undefined: there is none. A host of the hub's own site
 * needs no tunnel to it, so others come first. Of these a node that is Ready is not down itself, and one with an open incident
 * is likelier to see what is wrong. Then the first by name: the same on every replay.
 */
export function bestView(
  hub: NodeObject,
  behind: readonly NodeObject[],
  inTrouble: readonly string[],
  { site }: Pick<FleetLabels, 'site'>,
): string | undefined {
  const score = (node: NodeObject) =>
    (node.metadata.labels[site] === hub.metadata.labels[site] ? 0 : 4) +
    (readyStatus(node) === 'True' ? 2 : 0) +
    (inTrouble.includes(node.metadata.name) ? 1 : 0);
  return behind.toSorted((a, b) => score(b) - score(a) || (a.metadata.name < b.metadata.name ? -1 : 1))[0]?.metadata
    .name;
}
