import { describePath, findPath, type MeasuredPath, measuredPaths } from '../evidence/paths.ts';
import { forwardingKeys } from '../network/forwarding-key.ts';
import type { Found } from './diagnosis.ts';
import { type Facts, passes } from './facts.ts';

const KEY = forwardingKeys.ipv6;

/**
 * The node or its hub forwards no packet of IPv6, and a path is lost that it would have to forward: to pods behind a host that itself
 * answers, or between two spokes that both reach the hub. A host that forwards nothing for anybody needs no forwarding.
 */
export function secondFamilyForwarding(facts: Facts): Found | undefined {
  const { name, node, hub } = facts;
  const hosts = [{ host: name, measured: node, lost: lostPods(facts, name) }];
  if (hub !== undefined)
    hosts.push({
      host: hub.name,
      measured: hub.measured,
      lost: [...lostPods(facts, hub.name), ...lostBehind(facts, hub.name)],
    });
  const off = hosts.find(({ measured, lost }) => measured?.sysctls[KEY] === 0 && lost.length > 0);
  if (off === undefined) return undefined;
  return {
    type: 'found',
    basis: 'state',
    cause: 'ip-forward-off',
    hostAtFault: off.host,
    direction: 'both',
    confidence: 0.97,
    because: [`${off.host}: ${KEY} is 0`, ...off.lost.map(describePath)],
    despite: [],
    forRepair: { tunnelWays: { astray: [], uncarried: [], uncarriedAtHub: [] } },
  };
}

function lostPods(facts: Facts, host: string): readonly MeasuredPath[] {
  return measuredPaths(facts.evidence).filter(
    ({ kind, from, to, passed }) =>
      kind === 'workload' && to === host && !passed && passes(facts, 'vtep', from, to) === true,
  );
}

/** What the node and others lose of each other, where the hub between them is reached. */
function lostBehind({ evidence, name }: Facts, hub: string): readonly MeasuredPath[] {
  const toHub = [findPath(evidence, 'underlay', name, hub), findPath(evidence, 'underlay', hub, name)];
  const measured = toHub.filter((path) => path !== undefined);
  if (measured.length === 0 || measured.some(({ passed }) => !passed)) return [];
  return measuredPaths(evidence).filter(
    ({ kind, from, to, passed }) =>
      kind === 'underlay' && !passed && ![from, to].includes(hub) && [from, to].includes(name),
  );
}
