import type { Drift, DriftType } from '../drift.ts';
import type { DriftCause } from '../drift-cause.ts';

/**
 * What took every peer's entries at once: a link that went down and up lost routes and neighbours and kept its forwarding
 * entries; a device that was made anew (flannel 0.27.4 and later do so by themselves) lost all three (both measured).
 */
export function vxlanWholeHostCause(drifts: readonly Drift[], peers: number): DriftCause | undefined {
  const all = (type: DriftType) => peers > 0 && drifts.filter((drift) => drift.type === type).length === peers;
  const none = (type: DriftType) => !drifts.some((drift) => drift.type === type);
  if (drifts.some((drift) => drift.type.startsWith('device-'))) return undefined;
  if (!all('neighbour-missing') || !all('route-missing')) return undefined;
  if (all('fdb-missing')) return 'recreated-empty';
  return none('fdb-missing') ? 'link-bounced' : undefined;
}
