import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './command-context.ts';
import { exampleText } from './example-text.ts';

/** The way of alerts to Restitch. */
export function alertmanagerCommand(context: CommandContext) {
  const group = new Command('alertmanager')
    .description('whether alerts come to Restitch through Alertmanager')
    .addHelpText('after', exampleText('restitch alertmanager lint /etc/alertmanager/alertmanager.yml'));
  group.addCommand(lintCommand(context));
  group.addCommand(testCommand(context));
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

const TEST_NOTE = `
A test alert for a real node makes Restitch look at that node, and act on what
it finds, in shadow or act mode as deployed. A healthy node is left as it is,
and its incident is closed as self-recovered. The alert has the annotation
restitch_synthetic, and a label of its own, so that it ends no real alert.
It needs --alertmanager or --intake, or sends it to the webhook of --state-dir
or --stack. Without these two and --table it reads the table TABLE_NAME (the
stack's output TableName), through the AWS_* variables.

Exit code 0: seen and ended, 1: not seen or not ended, 2: wrong usage.`;

function testCommand({ io, finish }: CommandContext) {
  return new Command('test')
    .description('sends a test alert for a node, and follows its incident to its end')
    .option('--alertmanager <URL>', 'sends it to this Alertmanager')
    .option('--intake <URL>', "sends Alertmanager's webhook to Restitch itself")
    .option('--token-file <FILE>', 'with --intake: holds its token (default: the first of WEBHOOK_TOKENS)')
    .requiredOption('--node <NAME>', 'which node it is about')
    .option('--cluster <NAME>', 'the cluster of the node, as alerts name it (default: the only one of CLUSTERS)')
    .option('--wait <SECONDS>', 'how long it is followed at most', '900')
    .option('--state-dir <DIR>', 'the table of `npm start`, which may be running (its default folder is .restitch)')
    .option('--table <NAME>', 'this DynamoDB table (default: TABLE_NAME)')
    .option('--stack <NAME>', 'the table of this CloudFormation stack (AWS_* variables)')
    .option('--json', 'one JSON object', false)
    .addHelpText('after', TEST_NOTE)
    .addHelpText('after', exampleText('restitch alertmanager test --node gpu-1 --alertmanager http://HOST:9093'))
    .action(async (options) => finish(await (await import('../alertmanager-test.ts')).alertmanagerTest(options, io)));
}
