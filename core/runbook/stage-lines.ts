import { assertNever } from '../assert-never.ts';
import { type Plan, planLines } from '../repair/plan.ts';
import type { Stage } from './runbook.ts';

/** Everything a stage would do, one line each: what a person approves, and what the digest is taken of. */
export function stageLines(stage: Stage, plan: Plan | null, node: string): readonly string[] {
  switch (stage.name) {
    case 'reconcile':
    case 'cloud-route':
      return plan === null ? [] : planLines(plan);
    case 'restart-agent':
      return plan === null
        ? []
        : plan.hosts.map(({ host }) => `${host}: restart what programs the overlay there (flanneld, k3s, RKE2)`);
    case 'bounce':
      return plan === null
        ? []
        : [...plan.hosts.map(({ host }) => `${host}: link ${plan.device} down, then up`), ...planLines(plan)];
    case 'quarantine':
      return [`${node}: cordon, and taint restitch.dev/network=quarantined:NoSchedule`];
    default:
      return assertNever(stage.name);
  }
}
