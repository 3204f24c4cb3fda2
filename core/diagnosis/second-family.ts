import type { Evidence } from '../evidence/evidence.ts';
import { ipv6View } from '../evidence/ipv6-view.ts';
import { brokenPaths, describePath } from '../evidence/paths.ts';
import { causeOf } from './causes.ts';
import { type Found, nothingFits } from './diagnosis.ts';
import { driftFinding } from './drift-finding.ts';
import { deriveFacts, type Facts } from './facts.ts';
import { precursors } from './remarks.ts';
import { mtuBlackHole } from './rules/mtu-black-hole.ts';
import { describeConflict } from './rules/node-objects-conflict.ts';
import { flannelPort } from './rules/overlay-blocked.ts';

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

/** Undefined where the node has no second pod network, or no host that was read has a device for it. */
export function examineSecondFamily(evidence: Evidence): SecondFamily | undefined {
  if (evidence.flannelDeviceV6 === undefined) return undefined;
  const facts = lossesOnly(deriveFacts(ipv6View(evidence), 'ipv6'));
  if (facts.self === undefined || !isUsed(facts)) return undefined;
  const found = findingOf(facts);
  return { facts, found: found && named(found), remarks: found === undefined ? remarksOf(facts) : [] };
}

function lossesOnly(facts: Facts): Facts {
  const { drifts, harmful, precursors } = facts;
  const unmeasured = drifts.filter((drift) => !harmful.includes(drift));
  return { ...facts, drifts: harmful, precursors: [...precursors, ...unmeasured] };
}

/** flannel's WireGuard may carry both families with one device (its mode `auto`). */
function isUsed({ evidence }: Facts): boolean {
  const { flannelDevice } = evidence;
  return (
    flannelDevice === null ||
    evidence.readings.some(
      ({ passive }) => passive.status === 'read' && passive.evidence.links.some(({ name }) => name === flannelDevice),
    )
  );
}

/** A wrong state first. Without one, what packets tell of flannel's own device, and nothing of the layers below it. */
function findingOf(facts: Facts): Found | undefined {
  const classes = new Set(facts.network.traits?.causes.map(({ cause }) => causeOf(cause).class));
  const [state] = [...classes].flatMap((faultClass) => driftFinding(facts, faultClass) ?? []);
  if (state !== undefined) return state;
  const size = mtuBlackHole(facts);
  const symptom = size.type === 'found' ? size : (flannelPort(facts) ?? unexplained(facts));
  return symptom && { ...symptom, confidence: Math.min(symptom.confidence, MOST_WITHOUT_STATE) };
}

/** What is lost is not healthy, also where the tables that would explain it were not seen. */
function unexplained({ evidence }: Facts): Found | undefined {
  const lost = brokenPaths(evidence, ['vtep', 'full']).filter(({ tooLong }) => !tooLong);
  return lost.length === 0 ? undefined : nothingFits(lost.map(describePath));
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
