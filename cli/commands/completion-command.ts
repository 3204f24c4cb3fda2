import { Argument, Command } from '@commander-js/extra-typings';
import type { CommandContext } from './command-context.ts';
import { exampleText } from './example-text.ts';

const NOTE = `
The script knows this version's commands: load it anew after an update. zsh must
have run compinit before. In fish: restitch completion fish | source`;

export function completionCommand({ io, finish }: CommandContext) {
  return new Command('completion')
    .description('a script by which the shell completes commands, options, faults, variants')
    .addArgument(new Argument('<SHELL>').choices(['bash', 'zsh', 'fish'] as const))
    .addHelpText('after', NOTE)
    .addHelpText('after', exampleText('source <(restitch completion bash)'))
    .action(async (shell, _, command) =>
      finish((await import('../completion/print-completion.ts')).printCompletion(shell, command, io)),
    );
}
