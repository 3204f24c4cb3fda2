import { overlap } from '../core/cloud/name-pattern.ts';
import type { Cluster } from './cluster.ts';
import { below, type Contradiction } from './contradiction.ts';

/**
 * A command finds its instance by a tag with the Node's name. In one account and region two clusters need tags of their own, or names:
 * otherwise the instance of one may be found for a Node of the other.
 */
export function sharedInstances(clusters: readonly Cluster[]): readonly Contradiction[] {
  return clusters.flatMap((cluster, at) => {
    const other = clusters.slice(0, at).find((one) => isMixedUp(one, cluster));
    if (other === undefined) return [];
    const message = `${other.name} has instances in the same account and region, with the same tag and the same names: write instanceTag, such as restitch:node-${cluster.name}, or nodeNames that only its own Nodes have`;
    return [below(at, { path: ['nodeNames'], message })];
  });
}

function isMixedUp(one: Cluster, other: Cluster): boolean {
  if (placeOf(one) !== placeOf(other) || one.instanceTag !== other.instanceTag) return false;
  return one.nodeNames.some((left) => other.nodeNames.some((right) => overlap(left, right)));
}

function placeOf({ account, stack }: Cluster): string {
  return JSON.stringify(account === undefined ? [stack.account, stack.region] : [account.id, account.region]);
}
