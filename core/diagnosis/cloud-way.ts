import type { Facts } from './facts.ts';
import { tunnelNetworks } from './tunnel-networks.ts';

/** The two ends of the path that the route tables decide: a host behind the hub's tunnel, and one beside the hub in its VPC. */
export interface CloudWay {
  readonly behind: string;
  readonly beside: string;
}

/** Works for an alerting node at either end. Undefined: the host at the opposite end was not read. */
export function cloudWay(facts: Facts): CloudWay | undefined {
  const { name, tunnel, segment, peer } = facts;
  if (tunnel !== undefined) return segment === undefined ? undefined : { behind: name, beside: segment };
  return peer === undefined || tunnelNetworks(facts, peer.name).length === 0
    ? undefined
    : { behind: peer.name, beside: name };
}
