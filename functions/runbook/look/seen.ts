import { type Examination, examine } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { IncidentAlert } from '../../../core/incident/incident.ts';
import { rememberObject } from '../../../core/remember.ts';

/** What one look at a node showed, and what it means. */
export interface Seen extends Examination {
  readonly type: 'seen';
  readonly evidence: Evidence;
  /** The network passes, and no program that a node needs for its pods is missing. */
  readonly verified: boolean;
}

/** What a look showed, and the incident's alerts as they were before it. */
export interface SeenWithAlerts {
  readonly seen: Seen;
  readonly alerts: readonly IncidentAlert[];
}

/** Turns evidence into what is known from it: pure, so that a replay and `restitch plan` come to the same. The same evidence is examined once. */
export const understand = rememberObject((evidence: Evidence): Seen => {
  const examination = examine(evidence);
  const { networkPasses, diagnosis } = examination;
  const verified = networkPasses && diagnosis.class !== 'node-agent';
  return { type: 'seen', evidence, ...examination, verified };
});
