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

/** Lambda's name of the handler in the bundles. */
export const HANDLER = 'index.handler';
