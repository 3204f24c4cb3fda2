import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './command-context.ts';
import { exampleText } from './example-text.ts';

const HOW = `
With --stack a proxy on this machine signs what your browser asks for with your
credentials (AWS_* variables). You need the policy of the stack's output
ConsolePolicyArn, and the stack \`stack.console: true\` in restitch.config.yaml.
It answers to this machine alone, and ends with Ctrl-C.

Exit code 1: there is no such page, or AWS does not let you in.`;

/** The console page of a stack, or where that of `npm start` is. */
export function consoleCommand({ io, finish }: CommandContext) {
  return new Command('console')
    .description('the console page: of a stack, or where that of a running `npm start` is')
    .option('--stack <NAME>', 'of this CloudFormation stack, until Ctrl-C')
    .option('--state-dir <DIR>', 'else of the `npm start` that runs there', '.restitch')
    .option('--port <N>', 'with --stack: port on this machine (default: 8788, or a free one)')
    .option('--json', 'one JSON object with the address', false)
    .addHelpText('after', HOW)
    .addHelpText('after', exampleText('restitch console --stack Restitch', 'restitch console'))
    .action(async (options) => finish(await (await import('../console.ts')).showConsole(options, io)));
}
