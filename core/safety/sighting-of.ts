import { type Facts, reaches } from '../diagnosis/facts.ts';
import { type FleetLabels, findNode } from '../evidence/fleet-map.ts';
import type { SightedHost, Sighting } from './sighting.ts';

type Labels = Pick<FleetLabels, 'hub' | 'site' | 'provider'>;

/** What a look saw of the node and of its peer, for the runs of other nodes. */
export function sightingOf(facts: Facts, labels: Labels): Sighting {
  const { evidence, name, hub, peer } = facts;
  const ends = [name, ...(peer === undefined || peer.name === hub?.name ? [] : [peer.name])];
  return {
    at: evidence.collectedAt,
    hosts: ends.flatMap((host) => sightedHost(facts, host, labels)),
    kubelet: evidence.kubernetes.kubelet.type,
  };
}

/** By small packets to and from the hub; where there is none, between the two. Nothing is said of a host of which none was measured. */
function sightedHost(facts: Facts, host: string, labels: Labels): readonly SightedHost[] {
  const { evidence, hub, name, peer } = facts;
  const own = findNode(evidence.nodes, host)?.metadata.labels ?? {};
  const named = own[labels.hub];
  const site = own[labels.site] ?? null;
  const provider = labels.provider === undefined ? undefined : own[labels.provider];
  // A peer behind another hub says nothing of this one.
  if (named !== undefined && named !== hub?.name) return [];
  const end = hub?.name ?? (host === name ? peer?.name : name);
  if (end === undefined) return [];
  const verdicts = [reaches(facts, host, end), reaches(facts, end, host)].filter((verdict) => verdict !== undefined);
  if (verdicts.length === 0) return [];
  const state = verdicts.includes('lost') ? 'loses' : 'passes';
  return [{ name: host, hub: hub?.name ?? null, site, state, ...(provider === undefined ? {} : { provider }) }];
}
