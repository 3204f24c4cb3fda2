import { Argument, Command } from '@commander-js/extra-typings';
import type { CommandContext } from './command-context.ts';
import { exampleText } from './example-text.ts';

const NOTE = `
  bash   source <(restitch completion bash)
  zsh    source <(restitch completion zsh), after compinit
  fish   restitch completion fish | source
Load it anew after an update: the script knows the commands of this version.`;

export function completionCommand({ io, finish }: CommandContext) {
  return new Command('completion')
    .description('a script by which the shell completes commands, options, faults, variants')
    .addArgument(new Argument('<SHELL>').choices(['bash', 'zsh', 'fish'] as const))
    .addHelpText('after', NOTE)
    .addHelpText('after', exampleText('restitch completion bash'))
    .action(async (shell, _, command) =>
      finish((await import('../completion/print-completion.ts')).printCompletion(shell, command, io)),
    );
}
