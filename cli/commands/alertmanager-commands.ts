import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './command-context.ts';
import { exampleText } from './example-text.ts';

/** The way of alerts to Restitch. */
export function alertmanagerCommand(context: CommandContext) {
  const group = new Command('alertmanager')
    .description('whether alerts come to Restitch through Alertmanager')
    .addHelpText('after', exampleText('restitch alertmanager lint /etc/alertmanager/alertmanager.yml'));
  group.addCommand(lintCommand(context));
  return group;
}

const LINT_NOTE = `
One line per finding: FILE:LINE:COLUMN: error|warning: what is wrong, and what
to write instead. Which alerts come to Restitch is decided with the labels of
monitoring/rules; what cannot be decided from the file is said.
\`amtool check-config\` checks the rest.

Exit code 0: no error, 1: errors, 2: FILE cannot be read.`;

function lintCommand({ io, finish }: CommandContext) {
  return new Command('lint')
    .description('what in an Alertmanager configuration keeps Restitch from working; changes nothing')
    .argument('<FILE>')
    .option('--url <URL>', "of Restitch's webhook (default: every webhook counts as Restitch's)")
    .option('--json', 'one JSON object', false)
    .addHelpText('after', LINT_NOTE)
    .addHelpText('after', exampleText('restitch alertmanager lint alertmanager.yml --url https://WEBHOOK/'))
    .action(async (file, options) =>
      finish(await (await import('../alertmanager-lint.ts')).alertmanagerLint(file, options, io)),
    );
}
