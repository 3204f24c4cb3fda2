import type { Evidence } from '../evidence/evidence.ts';
import type { FaultClass } from '../fault-class.ts';
import { causeOf } from './causes.ts';
import { type Diagnosis, type Finding, type Found, nothingFits } from './diagnosis.ts';
import { deriveFacts, type Facts } from './facts.ts';
import { networkHealth } from './network-health.ts';
import { remarks } from './remarks.ts';
import { healthy } from './rules/healthy.ts';
import { hubOutage } from './rules/hub-outage.ts';
import { missingRoute } from './rules/missing-route.ts';
import { mtuBlackHole } from './rules/mtu-black-hole.ts';
import { nodeAgent } from './rules/node-agent.ts';
import { nodeObjectsConflict } from './rules/node-objects-conflict.ts';
import { nodeOffline } from './rules/node-offline.ts';
import { oneWayNat } from './rules/one-way-nat.ts';
import { overlayBlocked } from './rules/overlay-blocked.ts';
import { tunnelDown } from './rules/tunnel-down.ts';
import { unsupportedOverlay } from './rules/unsupported-overlay.ts';
import { vxlanWedge } from './rules/vxlan-wedge.ts';
import { examineSecondFamily } from './second-family.ts';

/** From the lowest layer upwards: a fault below explains the symptoms above it, never the other way round. */
const rulesInOrder: readonly ((facts: Facts) => Finding)[] = [
  nodeOffline,
  unsupportedOverlay,
  nodeObjectsConflict,
  hubOutage,
  tunnelDown,
  missingRoute,
  vxlanWedge,
  oneWayNat,
  mtuBlackHole,
  overlayBlocked,
  nodeAgent,
  healthy,
];

/** The confidence is multiplied by this for each contradicting fact. */
const CONTRADICTION_FACTOR = 0.75;

/** Evidence, what it means, and the finding of the rule that decided: all that a planner needs. */
export interface Examination {
  readonly facts: Facts;
  readonly found: Found;
  readonly diagnosis: Diagnosis;
  /** Everything that was measured passes, also of a second pod network. */
  readonly networkPasses: boolean;
}

/** The diagnosis alone. */
export function diagnose(evidence: Evidence): Diagnosis {
  return examine(evidence).diagnosis;
}

/**
 * Turns evidence into one diagnosis. A wrong state explains lost packets, so it wins over a symptom; of
 * equals the lowest layer wins. Total: evidence that fits no rule is `unknown`, with the reason per class. A second pod network
 * decides where nothing is found in the first: the two share every layer below flannel's devices.
 */
export function examine(evidence: Evidence): Examination {
  const first = examineFirst(evidence);
  const second = examineSecondFamily(evidence);
  if (second === undefined) return first;
  const { diagnosis } = first;
  if (second.found === undefined) return { ...first, diagnosis: told(diagnosis, second.remarks) };
  if (diagnosis.class !== 'healthy' && diagnosis.class !== 'unknown')
    return { ...first, networkPasses: false, diagnosis: told(diagnosis, second.found.because) };
  return ofSecondFamily(first, second.facts, second.found);
}

function told(diagnosis: Diagnosis, more: readonly string[]): Diagnosis {
  return { ...diagnosis, because: [...diagnosis.because, ...more] };
}

function ofSecondFamily({ diagnosis, networkPasses }: Examination, facts: Facts, found: Found): Examination {
  const because = [...(networkPasses ? ['every IPv4 path passes'] : []), ...found.because];
  const against = [{ class: diagnosis.class, why: 'IPv6 loses packets' }, ...diagnosis.against].filter(
    (each) => each.class !== classOf(found),
  );
  return {
    facts,
    found,
    diagnosis: diagnosisFrom({ ...found, because }, diagnosis.planes, against),
    networkPasses: false,
  };
}

function examineFirst(evidence: Evidence): Examination {
  const facts = deriveFacts(evidence);
  const findings = rulesInOrder.map((rule) => rule(facts));
  const found = findings.filter((finding) => finding.type === 'found');
  const chosen = found.find(({ basis }) => basis === 'state') ?? found[0] ?? nothingFits(networkHealth(facts).reasons);
  const against = findings
    .filter((finding) => finding !== chosen)
    .map((finding) => ({ class: classOf(finding), why: whyNot(finding, chosen) }));
  const because = [...chosen.because, ...remarks(facts)];
  return {
    facts,
    found: chosen,
    diagnosis: diagnosisFrom({ ...chosen, because }, facts.planes, against),
    networkPasses: networkHealth(facts).healthy,
  };
}

function diagnosisFrom(found: Found, planes: Diagnosis['planes'], against: Diagnosis['against']): Diagnosis {
  const { cause, hostAtFault, direction, confidence, because, despite } = found;
  return {
    class: classOf(found),
    cause,
    hostAtFault,
    direction,
    confidence: Math.round(confidence * CONTRADICTION_FACTOR ** despite.length * 100) / 100,
    because: [...because],
    despite: [...despite],
    planes,
    against,
  };
}

function classOf(finding: Finding): FaultClass {
  return finding.type === 'found' ? causeOf(finding.cause).class : finding.class;
}

function whyNot(finding: Finding, chosen: Found): string {
  if (finding.type === 'not') return finding.why;
  return `${finding.cause} would fit as well; ${classOf(chosen)} lies below it and may explain it`;
}
