import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './command-context.ts';
import { exampleText } from './example-text.ts';

const NOTE = `
The request takes the way of an alert, past the same guards: a pause, the
budget or shadow mode keep Restitch from acting, and a stage that needs an
approval asks for it. A node whose paths all pass is left as it is, whatever
differs. An open incident of the node gets the request and is followed.
Ctrl-C ends the following alone: the incident goes on.

With --url it reads the table TABLE_NAME (the stack's output TableName),
through the AWS_* variables.

Exit code 0: healed or healthy, 1: handed over or not ended, 2: wrong usage.`;

/** A repair that a person asks for. */
export function repairCommand({ io, finish }: CommandContext) {
  return new Command('repair')
    .description('asks for the repair of a node, and follows its incident to its end')
    .requiredOption('--node <NAME>', 'which node, as kubectl get nodes shows it')
    .option('--cluster <NAME>', 'the cluster of the node, as alerts name it (default: the only one of CLUSTERS)')
    .option('--state-dir <DIR>', 'asks the `npm start` that runs there (its default folder is .restitch)')
    .option('--stack <NAME>', 'asks the Restitch of this CloudFormation stack (AWS_* variables)')
    .option('--url <URL>', 'asks the Restitch with this webhook')
    .option('--token-file <FILE>', 'with --url: holds its token (default: the first of WEBHOOK_TOKENS)')
    .option('--table <NAME>', 'with --url: its DynamoDB table (default: TABLE_NAME)')
    .option('--by <NAME>', 'who asks (default: your login)')
    .option('--wait <SECONDS>', 'how long it is followed at most', '1800')
    .option('--json', 'one JSON object', false)
    .addHelpText('after', NOTE)
    .addHelpText(
      'after',
      exampleText(
        'restitch repair --node gpu-1 --state-dir .restitch',
        'restitch repair --node gpu-1 --stack Restitch',
      ),
    )
    .action(async (options) => finish(await (await import('../repair.ts')).repair(options, io)));
}
