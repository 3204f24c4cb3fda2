import { CommanderError } from '@commander-js/extra-typings';
import type { CliIo } from './cli-io.ts';
import { commandTree } from './command-tree.ts';
import { printingPlainly } from './printable.ts';
import { UsageError } from './usage-error.ts';

/** Runs the command that the arguments name. Returns the exit code: 0 done, 1 failed or not as wanted, 2 wrong usage. */
export async function runCli(args: readonly string[], given: CliIo): Promise<number> {
  const io = printingPlainly(given);
  let exitCode = 0;
  const finish = (code: number) => {
    exitCode = code;
  };
  const tree = commandTree({ io, finish });
  if (args.length === 0) {
    tree.outputHelp();
    return 2;
  }
  try {
    await tree.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Help and version end in such an error, with exit code 0.
    if (error instanceof CommanderError) return error.exitCode;
    io.err(`restitch: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof UsageError) io.err('See restitch --help.');
    return error instanceof UsageError ? 2 : 1;
  }
}
