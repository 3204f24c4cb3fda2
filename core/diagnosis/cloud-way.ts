import type { Facts } from './facts.ts';
import { tunnelNetworks } from './tunnel-networks.ts';

/** The way that the cloud's route tables decide: between a host behind the hub's tunnel and one beside the hub in its VPC. */
export interface CloudWay {
  readonly behind: string;
  readonly beside: string;
}

/** Seen from a node with a tunnel, or from one without that stands beside the hub. Undefined: one of the two was not read. */
export function cloudWay(facts: Facts): CloudWay | undefined {
  const { name, tunnel, segment, peer } = facts;
  if (tunnel !== undefined) return segment === undefined ? undefined : { behind: name, beside: segment };
  return peer === undefined || tunnelNetworks(facts, peer.name).length === 0
    ? undefined
    : { behind: peer.name, beside: name };
}
