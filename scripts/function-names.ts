/** The folders below `functions/`. */
export const functionNames = [
  'intake',
  'dispatch',
  'runbook',
  'approval',
  'sweep',
  'notify',
  'forward',
  'console',
] as const;
export type FunctionName = (typeof functionNames)[number];

/** How much memory each function has, which is also its share of a processor. */
export const memoryMiBOf: Readonly<Record<FunctionName, number>> = {
  // A webhook of 6 MB is parsed at once.
  intake: 512,
  dispatch: 256,
  runbook: 512,
  // Slack waits 3 s, also for a cold start.
  approval: 512,
  sweep: 512,
  notify: 256,
  forward: 256,
  console: 512,
};

/** Lambda's name of the handler in the bundles. */
export const HANDLER = 'index.handler';
