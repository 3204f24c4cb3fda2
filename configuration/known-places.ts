import { SettingsEnvironment } from '../functions/settings-environment.ts';
import type { Cluster } from './cluster.ts';
import type { Contradiction } from './contradiction.ts';
import { nearestOrAll } from './nearest.ts';
import { variablesOf } from './variables-of.ts';

/** A pool, site or hub twice, and a hub that stands nowhere. */
export function knownPlaces({ pools, sites, hubs }: Cluster): readonly Contradiction[] {
  const siteNames = sites.map(({ name }) => name);
  return [
    ...repeated(pools, (at) => ['pools', at]),
    ...repeated(siteNames, (at) => ['sites', at, 'name']),
    ...repeated(
      hubs.map(({ name }) => name),
      (at) => ['hubs', at, 'name'],
    ),
    ...hubs.flatMap(({ name, site }, at) => standsNowhere(name, site, siteNames, ['hubs', at])),
  ];
}

function repeated(names: readonly string[], path: (at: number) => Contradiction['path']): readonly Contradiction[] {
  return names.flatMap((name, at) =>
    names.indexOf(name) === at ? [] : [{ path: path(at), message: `${name} stands here already: write it once` }],
  );
}

function standsNowhere(
  hub: string,
  site: string | undefined,
  sites: readonly string[],
  path: Contradiction['path'],
): readonly Contradiction[] {
  if (site === undefined) {
    const message = `the hub ${hub} is in no site: write site: ${nearestOrAll('', sites)}`;
    return sites.length === 0 ? [] : [{ path, message }];
  }
  if (sites.includes(site)) return [];
  const instead = sites.length === 0 ? `write sites: [{ name: ${site} }]` : orAdd(site, sites, 'sites');
  return [{ path: [...path, 'site'], message: `the cluster has no site ${site}: ${instead}` }];
}

/**
 * An approval rule holds on every cluster of the file. Where all of them say their pools, a rule with the name of none of these never
 * counts, and nobody would see it.
 */
export function unknownPools(
  clusters: readonly Cluster[],
  settings: Readonly<Record<string, unknown>>,
): readonly Contradiction[] {
  if (clusters.some(({ pools }) => pools.length === 0)) return [];
  const known = [...new Set(clusters.flatMap(({ pools }) => pools))];
  const { APPROVAL_RULES: rules } = SettingsEnvironment.parse(variablesOf(settings));
  return rules.flatMap(({ pool }, at) => {
    if (pool === undefined || known.includes(pool)) return [];
    const message = `no cluster has a pool ${pool}: ${orAdd(pool, known, 'pools')}`;
    return [{ path: ['settings', 'safety', 'approvalRules', at, 'pool'], message }];
  });
}

function orAdd(name: string, known: readonly string[], list: string): string {
  return `write ${nearestOrAll(name, known)}, or add ${name} to the ${list} of the cluster`;
}
