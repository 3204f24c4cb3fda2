import type { Runbook, Stage } from './runbook.ts';

/** Whether pods may be moved off a quarantined node, and how long one drain may take. */
export interface DrainSettings {
  readonly mode: 'off' | 'by-approval';
  readonly seconds: number;
}

/** The runbook as the team allows it: where draining is on, a drain follows quarantine. */
export function withDrain(runbook: Runbook, { mode, seconds }: DrainSettings): Runbook {
  const quarantine = runbook.stages.find(({ name }) => name === 'quarantine');
  if (mode === 'off' || quarantine === undefined) return runbook;
  const drain: Stage = {
    ...quarantine,
    name: 'drain',
    why: 'The node is not well and keeps its pods: move them to other nodes, as far as their disruption budgets allow.',
    approval: 'always',
    disruptive: true,
    timeoutSeconds: seconds,
  };
  return { ...runbook, stages: [...runbook.stages, drain] };
}
