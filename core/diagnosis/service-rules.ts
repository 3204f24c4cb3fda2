import { measuredOn, sees } from '../evidence/evidence.ts';
import type { NodeEvidence } from '../evidence/node-evidence.ts';
import type { ServiceRules } from '../evidence/service-rules.ts';
import { type Facts, type MeasuredHost, others } from './facts.ts';

/** What keeps services and the way out of the pod network working, and what can be lost without a lost path. */
interface Need {
  /** Undefined: it cannot be said of this host. */
  readonly has: (measured: NodeEvidence) => boolean | undefined;
  /** The host's own program or configuration says that it must be there: then one other host that has it is enough. */
  readonly mustBe: (measured: NodeEvidence) => boolean;
  readonly lost: (host: string) => string;
}

const BRIDGE_CALLS = 'net.bridge.bridge-nf-call-iptables';

const bridgeCalls: Need = {
  has: callsIptables,
  mustBe: () => false,
  lost: (host) => `${BRIDGE_CALLS} of ${host} is off: a service fails where its pod is on the same node as the caller`,
};

const needs: readonly Need[] = [
  {
    has: hasServices,
    mustBe: ({ agents }) => agents.includes('kube-proxy'),
    lost: (host) => `${host} has no rules of kube-proxy: services do not answer its pods`,
  },
  {
    has: masquerades,
    mustBe: ({ subnetEnv }) => subnetEnv?.masquerades === true,
    lost: (host) => `${host} has no rule of flannel to masquerade with: its pods reach nothing outside the pod network`,
  },
  bridgeCalls,
];

/** At least so many others must have it, where the host itself does not say that it must be there. */
const FEWEST_WITNESSES = 2;

/**
 * Rules of kube-proxy and flannel that this node lacks. No path is lost by it, as services are not measured, so it is
 * decided by the rest of the fleet: fleets without kube-proxy, or with another mode of it, are healthy. `harmful`: the node
 * has pods. Both empty: nothing is missing, or it is not known.
 */
export function missingServiceRules(facts: Facts): {
  readonly harmful: readonly string[];
  readonly harmless: readonly string[];
} {
  const { name, node } = facts;
  if (node === undefined) return { harmful: [], harmless: [] };
  const lost = needs.flatMap((need) => {
    const witnesses = witnessesOf(facts, node, need);
    return witnesses.length === 0 ? [] : [`${need.lost(name)}; not so on ${witnesses.join(', ')}`];
  });
  return hasPods(node) ? { harmful: lost, harmless: [] } : { harmful: [], harmless: lost };
}

/**
 * Whether bridges call iptables, where the fleet needs that and the node could not see it: then nothing says that its services
 * work. Empty where it was seen, or does not matter.
 */
export function unseenBridgeCalls(facts: Facts): readonly string[] {
  const { name, node } = facts;
  if (node === undefined || !isServedByIptables(node)) return [];
  const gaps = ['links', 'sysctls'].filter((what) => !sees(node, what));
  const hasNoPods = sees(node, 'links') && !hasPods(node);
  if (gaps.length === 0 || hasNoPods || havingHosts(facts, node, bridgeCalls).length === 0) return [];
  return [`whether bridges of ${name} call iptables was not seen (${gaps.join(', ')})`];
}

/** Rules in both back ends of iptables: a packet must pass both, whichever of them an operator looks at. */
export function inBothBackEnds({ node, name }: Facts): readonly string[] {
  const kubernetes = (node?.serviceRules?.chains ?? []).filter(([, , chain]) => /^(KUBE|FLANNEL)-/.test(chain));
  const backends = new Set(kubernetes.map(([backend]) => backend));
  return backends.size < 2
    ? []
    : [`${name} has chains of Kubernetes in both back ends of iptables, nf_tables and legacy`];
}

/** Other hosts that have what the node lacks; empty where that does not make it a fault. */
function witnessesOf(facts: Facts, node: NodeEvidence, need: Need): readonly string[] {
  return need.has(node) === false ? havingHosts(facts, node, need) : [];
}

/** Other hosts that have it; empty where they do not say that the node must have it too. */
function havingHosts(facts: Facts, node: NodeEvidence, { has, mustBe }: Need): readonly string[] {
  const comparable = otherHosts(facts).filter(({ measured }) => sameCni(node, measured));
  const hosts = (wanted: boolean) => comparable.filter(({ measured }) => has(measured) === wanted);
  const having = hosts(true);
  const isFleetsWay =
    hosts(false).length === 0 && having.length >= FEWEST_WITNESSES && having.some((host) => isAlike(facts, node, host));
  return isFleetsWay || mustBe(node) ? having.map(({ host }) => host) : [];
}

function otherHosts(facts: Facts): readonly MeasuredHost[] {
  return others(facts).flatMap((host) => {
    const measured = measuredOn(facts.evidence.readings, host);
    return measured === undefined ? [] : { host, measured };
  });
}

/** The peer is chosen for its likeness. A server is like no agent, and a hub is often set up in a way of its own. */
function isAlike({ peer }: Facts, node: NodeEvidence, { host, measured }: MeasuredHost): boolean {
  return host === peer?.name && isServer(node) === isServer(measured) && isHub(node) === isHub(measured);
}

function isServer({ agents }: NodeEvidence): boolean {
  return agents.some((agent) => agent.endsWith('-server'));
}

/** In a full mesh every host is one. */
function isHub({ wireguard }: NodeEvidence): boolean {
  return (wireguard?.peers.length ?? 0) > 1;
}

/** Nothing is harmed on a node without any. */
function hasPods({ pods }: NodeEvidence): boolean {
  return (pods.veths ?? 0) > 0 || pods.addresses.length > 0;
}

/** Where another CNI works beside flannel, it may do services and masquerade by itself. */
function sameCni({ cniFiles: own }: NodeEvidence, { cniFiles: others }: NodeEvidence): boolean {
  return own === undefined || others === undefined || own.toSorted().join() === others.toSorted().join();
}

function hasServices(measured: NodeEvidence): boolean | undefined {
  const rules = rulesOf(measured);
  if (rules === undefined) return undefined;
  return (
    rules.virtualServices > 0 ||
    isFilled(rules, 'nat', 'KUBE-SERVICES') ||
    isFilled(rules, 'kube-proxy', 'services') ||
    isThere(rules, 'nat', 'CILIUM_POST_nat')
  );
}

/** flannel before 0.21 writes into POSTROUTING itself. Undefined where flannel does not masquerade, or does not say. */
function masquerades(measured: NodeEvidence): boolean | undefined {
  const rules = rulesOf(measured);
  if (rules === undefined || measured.subnetEnv?.masquerades !== true) return undefined;
  const older = !isThere(rules, 'nat', 'FLANNEL-POSTRTG') && isFilled(rules, 'nat', 'POSTROUTING');
  return older || isFilled(rules, 'nat', 'FLANNEL-POSTRTG') || isFilled(rules, 'flannel-ipv4', 'postrtg');
}

/** Only iptables needs it, for pods behind a bridge. Without the module br_netfilter the switch is not there, which is off. */
function callsIptables(measured: NodeEvidence): boolean | undefined {
  const isBridged = (measured.pods.veths ?? 0) > 0 && measured.links.some(({ kind }) => kind === 'bridge');
  if (!isServedByIptables(measured) || !isBridged || !sees(measured, 'sysctls')) return undefined;
  return measured.sysctls[BRIDGE_CALLS] === 1;
}

function isServedByIptables(measured: NodeEvidence): boolean {
  const rules = rulesOf(measured);
  return rules !== undefined && isFilled(rules, 'nat', 'KUBE-SERVICES') && rules.virtualServices === 0;
}

function rulesOf(measured: NodeEvidence): ServiceRules | undefined {
  return sees(measured, 'serviceRules') ? measured.serviceRules : undefined;
}

/** The chain is there, and not known to be empty. */
function isFilled({ chains }: ServiceRules, table: string, chain: string): boolean {
  return chains.some(([, inTable, name, rules]) => inTable === table && name === chain && rules !== 0);
}

function isThere({ chains }: ServiceRules, table: string, chain: string): boolean {
  return chains.some(([, inTable, name]) => inTable === table && name === chain);
}
