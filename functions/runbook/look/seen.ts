import { diagnose } from '../../../core/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../../core/diagnosis/diagnosis.ts';
import { deriveFacts, type Facts } from '../../../core/diagnosis/facts.ts';
import { networkHealth } from '../../../core/diagnosis/network-health.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';

/** What one look at a node showed, and what it means. */
export interface Seen {
  readonly type: 'seen';
  readonly evidence: Evidence;
  readonly facts: Facts;
  readonly diagnosis: Diagnosis;
  /** The network passes, and no program that a node needs for its pods is missing. */
  readonly verified: boolean;
}

/** Turns evidence into what is known from it: pure, so that a replay and `restitch plan` come to the same. */
export function understand(evidence: Evidence): Seen {
  const facts = deriveFacts(evidence);
  const diagnosis = diagnose(evidence);
  const verified = networkHealth(facts).healthy && diagnosis.class !== 'node-agent';
  return { type: 'seen', evidence, facts, diagnosis, verified };
}
