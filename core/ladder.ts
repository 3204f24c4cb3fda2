/** The names of the rungs, from the least harm to the most: stages of a runbook stand in this order. */
export const ladder = ['reconcile', 'cloud-route', 'restart-agent', 'bounce', 'quarantine', 'drain'] as const;

export type StageName = (typeof ladder)[number];

/** The rung that harms nobody: it puts back single entries. */
export const gentlestRung: StageName = ladder[0];
