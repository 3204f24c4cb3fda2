import type { DocumentedCommand } from './documented-commands.ts';

/**
 * How a documented command is run by a test. `alone`: in an empty folder, by test/unit/docs/commands.test.ts; `exitCode` is what
 * the page makes one expect. `fleet`: on the simulated fleet, by test/e2e/documented-commands.full.test.ts.
 */
export type CommandRun =
  | { readonly type: 'alone'; readonly exitCode: number }
  | { readonly type: 'fleet' }
  | { readonly type: 'not-run'; readonly why: string };

/** Commands that need no fleet, no table and no queue, by their names, with the exit code that the pages show. */
export const commandsAlone: Readonly<Record<string, number>> = {
  mtu: 0,
  completion: 0,
  'lab list': 0,
  'lab variants': 0,
  // The example on the page has errors.
  'alertmanager lint': 1,
  'config check restitch.config.yaml': 1,
};

/** What no test runs as the page has it, by its words. */
export const commandsNotRun: Readonly<Record<string, string>> = {
  'npm run restitch -- config check':
    'it reads the file of the clone: test/unit/cli/config-check.test.ts checks that one',
  'npm start -- --drill vxlan-wedge --fail-apply': 'a person must click: test/e2e/console runs it with the click',
};

export function runOf({ args, text }: DocumentedCommand): CommandRun {
  const why = args.includes('--stack') ? 'it reads a stack in an AWS account' : commandsNotRun[text];
  if (why !== undefined) return { type: 'not-run', why };
  const name = Object.keys(commandsAlone).find((name) => `${args.join(' ')} `.startsWith(`${name} `));
  const exitCode = name === undefined ? undefined : commandsAlone[name];
  return exitCode === undefined ? { type: 'fleet' } : { type: 'alone', exitCode };
}
