import { type HostReading, measuredBy, readingOf } from '../evidence/evidence.ts';
import type { NodeEvidence } from '../evidence/node-evidence.ts';
import { parseCidr } from '../network/cidr.ts';
import type { Facts } from './facts.ts';
import { liesIn } from './own-pods.ts';

/** A flow of UDP to a pod that is gone: the kernel goes on translating it as long as its sender sends. */
export interface StaleFlow {
  /** `address:port`, as the sender wrote them. */
  readonly from: string;
  readonly to: string;
  /** The pod's former address. */
  readonly at: string;
}

type Flows = NonNullable<NodeEvidence['flows']>;

/**
 * Flows of UDP through this node that are always renewed and never answered, translated to an address of its own pods that no pod
 * has (kubernetes/kubernetes#125467, #139628; containernetworking/plugins#123). A flow that only goes one way, as of metrics, is
 * answered by nobody either, but its pod is there: the node itself looks into host-local's files and its neighbours. One that was not
 * renewed between two readings ends by itself.
 */
export function staleFlows(facts: Facts): readonly StaleFlow[] {
  const { node, self, evidence } = facts;
  const reading = readingOf(evidence, 'node');
  const cidr = self === undefined ? undefined : parseCidr(self.podCidr);
  if (node === undefined || reading === undefined || cidr === undefined) return [];
  const isDead = (at: string) =>
    liesIn(cidr, at) && !node.pods.addresses.includes(at) && node.pods.silent?.includes(at) !== true;
  return renewedFlows(reading)
    .filter(([, , at]) => isDead(at))
    .map(([from, to, at]) => ({ from, to, at }));
}

export function describeStaleFlow({ from, to, at }: StaleFlow): string {
  return `packets of UDP from ${from} to ${to} go to ${at}, which no pod has, and nobody answers them`;
}

/** Without a packet, the kernel counts down the seconds until it forgets. */
function renewedFlows(reading: HostReading): Flows {
  const first = measuredBy(reading);
  const last = reading.runs.findLast(({ flows }) => flows !== undefined);
  if (first?.flows === undefined || last?.flows === undefined) return [];
  const elapsed = last.collectedAt - first.collectedAt;
  const before = first.flows;
  return last.flows.filter((row) => {
    const [, , , left] = before.find((other) => isSame(row, other)) ?? [];
    return left !== undefined && row[3] > left - elapsed + CLOCK_STEP_SECONDS;
  });
}

/** Both numbers are cut to whole seconds. */
const CLOCK_STEP_SECONDS = 1;

function isSame(left: Flows[number], right: Flows[number]): boolean {
  return left[0] === right[0] && left[1] === right[1] && left[2] === right[2];
}
