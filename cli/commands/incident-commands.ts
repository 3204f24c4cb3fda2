import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './command-context.ts';
import { exampleText } from './example-text.ts';

/** What happened in an incident. None of them changes anything. */
export function incidentCommands(context: CommandContext) {
  return [incidentsCommand(context), explainCommand(context)];
}

function explainCommand({ io, finish }: CommandContext) {
  return new Command('explain')
    .description('every decision about an incident, with what each guard looked at; changes nothing')
    .argument('<INCIDENT>')
    .option('--url <URL>', 'from the console of `npm start`')
    .option('--table <NAME>', 'from this DynamoDB table (default: TABLE_NAME; AWS_* variables)')
    .option('--stack <NAME>', 'from the table of this CloudFormation stack')
    .option('--receipt <FILE>', 'from a stored receipt; - reads standard input')
    .option('--json', 'the receipt as JSON', false)
    .addHelpText('after', exampleText('restitch explain lab.gpu-1.1-tf2k9h --url http://127.0.0.1:8787'))
    .action(async (incidentId, options) =>
      finish(await (await import('../explain.ts')).explain(incidentId, options, io)),
    );
}

const TABLE_NOTE = `
Without --state-dir, --table and --stack it reads the table TABLE_NAME (the
stack's output TableName), through the AWS_* variables.`;

function onTable(name: string, description: string, example: string) {
  return new Command(name)
    .description(description)
    .option('--state-dir <DIR>', 'the table of `npm start`, which may be running (its default folder is .restitch)')
    .option('--table <NAME>', 'this DynamoDB table (default: TABLE_NAME)')
    .option('--stack <NAME>', 'the table of this CloudFormation stack (AWS_* variables)')
    .option('--json', 'as JSON', false)
    .addHelpText('after', TABLE_NOTE)
    .addHelpText('after', exampleText(`restitch incidents ${example}`));
}

function incidentsCommand({ io, finish }: CommandContext) {
  const load = () => import('../incidents.ts');
  const group = new Command('incidents')
    .description('what happened to which node, and how far it is; changes nothing')
    .addHelpText('after', exampleText('restitch incidents list', 'restitch incidents show lab.gpu-1.1-tf2k9h'));
  const commands = [
    onTable('list', 'the open incidents, newest first', 'list --all --limit 20')
      .option('--all', 'closed ones too', false)
      .option('--limit <N>', 'at most so many', '50')
      .action(async (options) => finish(await (await load()).listIncidents(options, io))),
    onTable('show', 'its state, its timeline, and the seconds by segment', 'show lab.gpu-1.1-tf2k9h')
      .argument('<INCIDENT>')
      .action(async (incidentId, options) => finish(await (await load()).showIncident(incidentId, options, io))),
    onTable(
      'receipt',
      'every entry of its receipt; with --json each with its detail',
      'receipt lab.gpu-1.1-tf2k9h --json',
    )
      .argument('<INCIDENT>')
      .action(async (incidentId, options) => finish(await (await load()).printReceipt(incidentId, options, io))),
    onTable('follow', 'its timeline, and each new line until it is closed; Ctrl-C ends it', 'follow lab.gpu-1.1-tf2k9h')
      .argument('<INCIDENT>')
      .action(async (incidentId, options) => finish(await (await load()).follow(incidentId, options, io))),
  ];
  for (const command of commands) group.addCommand(command);
  return group;
}
