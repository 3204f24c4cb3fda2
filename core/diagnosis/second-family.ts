import { type Evidence, sees } from '../evidence/evidence.ts';
import { ipv6View } from '../evidence/ipv6-view.ts';
import { brokenPaths, describePath } from '../evidence/paths.ts';
import { causeOf } from './causes.ts';
import { type Found, nothingFits } from './diagnosis.ts';
import { driftFinding } from './drift-finding.ts';
import { deriveFacts, type Facts, measuredHosts } from './facts.ts';
import { precursors } from './remarks.ts';
import { mtuBlackHole } from './rules/mtu-black-hole.ts';
import { describeConflict } from './rules/node-objects-conflict.ts';
import { flannelPort, podForwards } from './rules/overlay-blocked.ts';
import { secondFamilyForwarding } from './second-family-forwarding.ts';
import { secondFamilyPods } from './second-family-pods.ts';
import { secondFamilySize } from './second-family-size.ts';
import { secondFamilyWays } from './second-family-ways.ts';

/** The node's IPv6 pod network beside its IPv4 one: flannel has a device and tables of its own for it. */
export interface SecondFamily {
  /** From the IPv6 view of the evidence. Only differences with a lost path count: what was not measured is a remark. */
  readonly facts: Facts;
  /** What is wrong with IPv6 alone; undefined: nothing that is measured. */
  readonly found: Found | undefined;
  /** Facts that decide nothing. */
  readonly remarks: readonly string[];
}

/** Below what a quarantine needs: a node whose IPv4 works is not taken out of service on a symptom of IPv6. */
const MOST_WITHOUT_STATE = 0.75;
/** The same of a black hole, whose quarantine needs more. */
const MOST_WITH_SIZE = 0.85;

/** Undefined where the node has no second pod network, or no host has a device for it. */
export function examineSecondFamily(evidence: Evidence): SecondFamily | undefined {
  if (evidence.flannelDeviceV6 === undefined || !mayBeUsed(evidence, evidence.flannelDeviceV6)) return undefined;
  const facts = lossesOnly(deriveFacts(ipv6View(evidence), 'ipv6'));
  if (facts.self === undefined) return undefined;
  const found = findingOf(facts);
  return { facts, found: found && named(found), remarks: found === undefined ? remarksOf(facts) : [] };
}

function lossesOnly(facts: Facts): Facts {
  const { drifts, harmful, precursors } = facts;
  const unmeasured = drifts.filter((drift) => !harmful.includes(drift));
  return { ...facts, drifts: harmful, precursors: [...precursors, ...unmeasured] };
}

/** flannel's WireGuard may carry both families with one device (its mode `auto`). Links that were not seen tell nothing. */
function mayBeUsed({ readings }: Evidence, device: string | null): boolean {
  return (
    device === null ||
    readings.some(
      ({ passive }) =>
        passive.status === 'read' &&
        (!sees(passive.evidence, 'links') || passive.evidence.links.some(({ name }) => name === device)),
    )
  );
}

/** A wrong state first, from the lowest layer upwards. Without one, what packets tell of flannel's own device and of the pods. */
function findingOf(facts: Facts): Found | undefined {
  const classes = new Set(facts.network.traits?.causes.map(({ cause }) => causeOf(cause).class));
  const [drift] = [...classes].flatMap((faultClass) => driftFinding(facts, faultClass) ?? []);
  const state = secondFamilyWays(facts) ?? drift ?? secondFamilyForwarding(facts) ?? secondFamilyPods(facts);
  if (state !== undefined) return state;
  const size = sizeFinding(facts);
  if (size !== undefined) return size;
  const symptom = flannelPort(facts) ?? podForwards(facts) ?? unexplained(facts) ?? untold(facts);
  return symptom && { ...symptom, confidence: Math.min(symptom.confidence, MOST_WITHOUT_STATE) };
}

/** With the size that the tunnel carries it is enough for a repair, and for no more. */
function sizeFinding(facts: Facts): Found | undefined {
  const found = mtuBlackHole(facts);
  if (found.type === 'not') return undefined;
  const size = found.cause === 'path-mtu-lowered' ? secondFamilySize(facts) : undefined;
  if (size === undefined) return { ...found, confidence: Math.min(found.confidence, MOST_WITHOUT_STATE) };
  return {
    ...found,
    confidence: MOST_WITH_SIZE,
    because: [...found.because, ...size.because],
    // A sender that is told of a larger limit elsewhere contradicts nothing that the search found.
    despite: [],
    forRepair: { tunnelSize: size },
  };
}

/** What is lost is not healthy, also where the tables that would explain it were not seen. */
function unexplained({ evidence }: Facts): Found | undefined {
  const lost = brokenPaths(evidence, ['vtep', 'full', 'workload']).filter(({ tooLong }) => !tooLong);
  return lost.length === 0 ? undefined : nothingFits(lost.map(describePath));
}

/** What tells a fault from addresses that no tunnel was to carry, and from a CNI without a gateway's address. */
const tellingTables = {
  underlay: ['links', 'addresses', 'routes', 'wireguard', 'sysctls'],
  pod: ['links', 'addresses', 'routes', 'pods'],
} as const;

/** Losses that are a remark alone where everything that could explain them was seen. */
function untold(facts: Facts): Found | undefined {
  const because = (['underlay', 'pod'] as const).flatMap((kind) => {
    const lost = brokenPaths(facts.evidence, [kind]);
    const gaps = measuredHosts(facts).flatMap(({ host, measured }) =>
      tellingTables[kind].flatMap((table) => (sees(measured, table) ? [] : [`${table} of ${host} was not seen`])),
    );
    return lost.length === 0 || gaps.length === 0 ? [] : [...lost.map(describePath), ...gaps];
  });
  return because.length === 0 ? undefined : nothingFits(because);
}

function named(found: Found): Found {
  return {
    ...found,
    because: found.because.map(ofIpv6),
    despite: found.despite.map(ofIpv6),
  };
}

function remarksOf(facts: Facts): readonly string[] {
  const { evidence, network, name } = facts;
  const own = network.conflicts.filter(({ nodes }) => nodes.includes(name)).map(describeConflict);
  const lost = brokenPaths(evidence, ['underlay']).map(describePath);
  return [...own, ...precursors(facts), ...lost].map(ofIpv6);
}

function ofIpv6(said: string): string {
  return `IPv6: ${said}`;
}
