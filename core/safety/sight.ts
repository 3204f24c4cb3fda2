import type { Facts } from '../diagnosis/facts.ts';
import { reaches } from '../diagnosis/facts.ts';
import { type FleetLabels, findNode } from '../evidence/fleet-map.ts';
import type { SightedHost, Sighting } from './localise.ts';

/** What a look saw of the node and of its peer, for the runs of other nodes. `hub`: as the team's label names it. */
export function sight(facts: Facts, labels: Pick<FleetLabels, 'site'>): Sighting {
  const { evidence, name, hub, peer } = facts;
  const ends = [name, peer?.name].filter((host) => host !== undefined && host !== hub?.name);
  const hosts = ends.flatMap((host) => (host === undefined ? [] : sightedHost(facts, host, labels)));
  return { at: evidence.collectedAt, hosts, kubelet: evidence.kubernetes.kubelet.type };
}

/** Nothing is said of a host of which no small packet was measured. The peer is behind the same hub as far as it reaches it. */
function sightedHost(facts: Facts, host: string, { site }: Pick<FleetLabels, 'site'>): readonly SightedHost[] {
  const { evidence, hub, name, peer } = facts;
  const ends = hub === undefined ? [host === name ? peer?.name : name] : [hub.name];
  const verdicts = ends.flatMap((end) =>
    end === undefined ? [] : [reaches(facts, host, end), reaches(facts, end, host)],
  );
  const measured = verdicts.filter((verdict) => verdict !== undefined);
  if (measured.length === 0) return [];
  const labels = findNode(evidence.nodes, host)?.metadata.labels ?? {};
  const state = measured.includes('lost') ? 'loses' : 'passes';
  return [{ name: host, hub: hub?.name ?? null, site: labels[site] ?? null, state }];
}
