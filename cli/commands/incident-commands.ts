import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './command-context.ts';
import { exampleText } from './example-text.ts';

/** What happened in an incident. None of them changes anything. */
export function incidentCommands(context: CommandContext) {
  return [explainCommand(context)];
}

function explainCommand({ io, finish }: CommandContext) {
  return new Command('explain')
    .description('every decision about an incident, with what each guard looked at; changes nothing')
    .argument('<INCIDENT>')
    .option('--url <URL>', 'from the console of `npm start`')
    .option('--table <NAME>', 'from this DynamoDB table (default: TABLE_NAME; AWS_* variables)')
    .option('--receipt <FILE>', 'from a stored receipt; - reads standard input')
    .option('--json', 'the receipt as JSON', false)
    .addHelpText('after', exampleText('restitch explain lab.gpu-1.1-tf2k9h --url http://127.0.0.1:8787'))
    .action(async (incidentId, options) =>
      finish(await (await import('../explain.ts')).explain(incidentId, options, io)),
    );
}
