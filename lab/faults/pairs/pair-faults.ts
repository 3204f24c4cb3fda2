import { backendOf, type Fault } from '../../fault.ts';

/**
 * Two faults at once, on one fleet. The label is the first one's, and the second is as right an answer: one is repaired after
 * the other. `second` may have its own alert, which nobody sees.
 */
export function pairFaults(first: Fault, second: Fault): Fault {
  const settleSeconds = Math.max(first.settleSeconds ?? 0, second.settleSeconds ?? 0);
  const nodeChanges = [...(first.nodeChanges ?? []), ...(second.nodeChanges ?? [])];
  return {
    name: `${first.name}-with-${second.name}`,
    story: `Two at once: ${first.story} ${second.story}`,
    label: first.label,
    orLabel: second.label,
    alertingNode: first.alertingNode,
    alert: first.alert,
    needs: 'namespaces',
    backend: backendOf(first),
    inject: [...first.inject, ...second.inject],
    ...(nodeChanges.length === 0 ? {} : { nodeChanges }),
    ...(settleSeconds === 0 ? {} : { settleSeconds }),
  };
}
