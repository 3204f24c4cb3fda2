import { brokenPaths, describePath, isMeasuredBothWays } from '../evidence/paths.ts';
import { everyLayer, everyLayerAndWorkload } from '../evidence/probe-name.ts';
import { describeDrift } from '../overlay/drift.ts';
import { checksumOffload } from './checksum-offload.ts';
import type { Facts } from './facts.ts';
import { toldTooLong } from './full-size-losses.ts';
import { describeLossyPair, lossyPairs } from './lossy-pairs.ts';
import { notMeasured } from './not-measured.ts';
import { onlyIcmpPasses } from './only-icmp-passes.ts';
import { unmeasuredPods } from './unmeasured-pods.ts';

/**
 * The verification after a repair: every layer measured in both directions with small and full-size packets, tables as
 * expected, kubelet reachable from the control plane. What was not measured is not healthy. A sender that is told "frag needed"
 * adapts: where the way has a smaller MTU than its first device, that is how IP works.
 */
export function networkHealth(facts: Facts): { readonly healthy: boolean; readonly reasons: readonly string[] } {
  const { evidence, drifts, node, network } = facts;
  const { kubelet } = evidence.kubernetes;
  const reasons: string[] = [];
  if (network.traits === null) reasons.push(...network.unusable.map(({ reason }) => reason));
  if (node === undefined) reasons.push('the node could not be read');
  reasons.push(...drifts.map(describeDrift));
  const adapting = toldTooLong(facts);
  const broken = brokenPaths(evidence, everyLayerAndWorkload).filter((path) => !adapting.includes(path));
  reasons.push(...broken.map(describePath));
  reasons.push(...lossyPairs(facts).map(describeLossyPair));
  reasons.push(...((checksumOffload(facts) ?? onlyIcmpPasses(facts))?.because ?? []));
  reasons.push(...unmeasuredPods(facts));
  if (reasons.length === 0 && !isMeasuredBothWays(evidence, everyLayer))
    reasons.push('not every layer was measured in both directions');
  reasons.push(...notMeasured(facts));
  if (kubelet.type === 'unreachable') reasons.push(`kubelet: ${kubelet.reason}: ${kubelet.detail}`);
  if (reasons.length > 0) return { healthy: false, reasons };
  return {
    healthy: true,
    reasons: [
      'every layer passes in both directions, full-size too',
      ...adapting.map((path) => `${describePath(path)} for its first device: the sender is told so, and adapts`),
      'tables are as expected',
      'kubelet answers',
    ],
  };
}
