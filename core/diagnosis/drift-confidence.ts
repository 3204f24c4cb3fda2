import { brokenPaths, describePath, type MeasuredPath, measuredPaths } from '../evidence/paths.ts';
import type { Facts } from './facts.ts';

/** State that differs from the Node objects, with lost packets to match: measured 0.97; when every packet passes: 0.6. */
const CONFIRMED = 0.97;
const UNCONFIRMED = 0.8;
const CONTRADICTED = 0.6;

/** How sure a difference in state makes us, given what the overlay's probes say, with the sentences that say so. */
export function driftConfidence(facts: Facts): { readonly confidence: number; readonly because: readonly string[] } {
  const broken = brokenPaths(facts.evidence, ['vtep', 'full', 'pod']);
  if (broken.length > 0) return { confidence: CONFIRMED, because: broken.map(describePath) };
  const overlay = measuredPaths(facts.evidence).filter((path: MeasuredPath) => path.kind !== 'underlay');
  if (overlay.length === 0) return { confidence: UNCONFIRMED, because: ['no overlay path could be measured'] };
  return { confidence: CONTRADICTED, because: ['yet every measured overlay path passes'] };
}
