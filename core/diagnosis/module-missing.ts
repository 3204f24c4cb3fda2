import type { Facts } from './facts.ts';

/** True when the node lost its VXLAN device and its kernel has no module to make one: every repair would fail, flanneld's too. */
export function vxlanModuleMissing({ node, drifts, name }: Facts): boolean {
  const isGone = drifts.some((drift) => drift.type === 'device-missing' && drift.host === name);
  return isGone && node?.kernel?.modules['vxlan'] === 'missing';
}
