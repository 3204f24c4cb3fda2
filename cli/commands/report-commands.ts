import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './command-context.ts';
import { exampleText } from './example-text.ts';

/** What the incidents of a period tell together. None of them changes anything in the table. */
export function reportCommands(context: CommandContext) {
  return [reportCommand(context), replayCommand(context)];
}

const TABLE_NOTE = `
LENGTH is 90m, 4h or 30d. TIME is 2026-11-22 or 2026-11-22T06:00:00Z, in UTC.
Without --state-dir, --table and --stack it reads the table TABLE_NAME (the
stack's output TableName), through the AWS_* variables.`;

function ofPeriod(name: string, description: string) {
  return new Command(name)
    .description(description)
    .option('--since <LENGTH or TIME>', 'incidents that were opened then or later; LENGTH: before the end', '30d')
    .option('--until <TIME>', 'incidents that were opened before (default: now)')
    .option('--state-dir <DIR>', 'the table of `npm start`, which may be running (its default folder is .restitch)')
    .option('--table <NAME>', 'this DynamoDB table (default: TABLE_NAME)')
    .option('--stack <NAME>', 'the table of this CloudFormation stack (AWS_* variables)')
    .addHelpText('after', TABLE_NOTE);
}

function reportCommand({ io, finish }: CommandContext) {
  return ofPeriod('report', 'the incidents of a period as one HTML page: how many, how long, how they ended')
    .option('--out <FILE>', 'where the page goes; - is standard output', 'restitch-report.html')
    .option('--json', 'the figures as one JSON object, and no page', false)
    .addHelpText('after', exampleText('restitch report --since 2026-11-01 --until 2026-12-01 --out november.html'))
    .action(async (options) => finish(await (await import('../report.ts')).report(options, io)));
}

const REPLAY_NOTE = `
Exit codes:
  0  today's code decides the same
  1  it decides something else, or there is no such incident
  2  the command line is wrong`;

function replayCommand({ io, finish }: CommandContext) {
  return ofPeriod(
    'replay',
    "decides stored incidents again with today's code, and shows the difference; changes nothing",
  )
    .argument('[INCIDENT...]')
    .option('--receipt <FILE...>', 'stored receipts instead of a table: `restitch incidents receipt INCIDENT --json`')
    .option('--json', 'as JSON, with every line of the plans', false)
    .addHelpText('after', REPLAY_NOTE)
    .addHelpText('after', exampleText('restitch replay --since 7d', 'restitch replay --receipt receipts/*.json'))
    .action(async (incidentIds, options) =>
      finish(await (await import('../replay.ts')).replay(incidentIds, options, io)),
    );
}
