import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './command-context.ts';
import { exampleText } from './example-text.ts';
import { repairCommand } from './repair-command.ts';

/** What an operator tells Restitch, and how its decisions turned out. */
export function operationCommands(context: CommandContext) {
  return [
    repairCommand(context),
    pauseCommand(context),
    resumeCommand(context),
    pausesCommand(context),
    breakerCommand(context),
    budgetCommand(context),
    claimsCommand(context),
    shadowCommand(context),
  ];
}

const TABLE_NOTE = `
Without --state-dir and --stack it works on the deployed table TABLE_NAME (the
stack's output TableName), through the AWS_* variables.`;
const WAKE_NOTE = `${TABLE_NOTE}
With --stack, or QUEUE_URL (the stack's output QueueUrl), what waited for it
goes on at once.`;
const PAUSE_NOTE = `
SCOPE is all, cluster=NAME, pool=NAME or class=NAME.
Verification, rollback, release and closing go on in a pause.`;
const BREAKER_NOTE = `
SCOPE is cluster=NAME, pool=NAME, site=NAME or hub=NAME.
Verification, rollback, release and closing go on under an open breaker.`;

function onTable(name: string, description: string) {
  return new Command(name)
    .description(description)
    .option('--state-dir <DIR>', 'the table of `npm start`, which may be running (its default folder is .restitch)')
    .option('--stack <NAME>', 'the table of this CloudFormation stack (AWS_* variables)')
    .option('--json', 'one JSON object', false);
}

function pauseCommand({ io, finish }: CommandContext) {
  return onTable('pause', 'stops Restitch from acting, at once and also where it waits')
    .argument('[SCOPE]')
    .usage('SCOPE --reason TEXT [options]')
    .option('--reason <TEXT>', 'why, for the next person')
    .option('--for <LENGTH>', 'ends by itself after this time: 90m, 4h or 2d')
    .option('--until <TIME>', 'ends by itself then: 2026-11-22T06:00:00Z; without an end it lasts until resume')
    .option('--by <NAME>', 'who pauses (default: your login)')
    .addHelpText('after', PAUSE_NOTE + TABLE_NOTE)
    .addHelpText('after', exampleText('restitch pause pool=gpu --reason "driver upgrade" --for 4h'))
    .action(async (scope, options) => finish(await (await import('../pause.ts')).pause(scope, options, io)));
}

function resumeCommand({ io, finish }: CommandContext) {
  return onTable('resume', 'ends a pause; exit code 1: there is none')
    .argument('[SCOPE]')
    .usage('SCOPE [options]')
    .addHelpText('after', PAUSE_NOTE + WAKE_NOTE)
    .addHelpText('after', exampleText('restitch resume pool=gpu'))
    .action(async (scope, options) => finish(await (await import('../pause.ts')).resume(scope, options, io)));
}

function pausesCommand({ io, finish }: CommandContext) {
  return onTable('pauses', 'what is paused')
    .addHelpText('after', TABLE_NOTE)
    .addHelpText('after', exampleText('restitch pauses --state-dir .restitch'))
    .action(async (options) => finish(await (await import('../pause.ts')).pauses(options, io)));
}

function breakerCommand({ io, finish }: CommandContext) {
  const group = new Command('breaker')
    .description('stops everything that acts while too much looks broken at once')
    .addHelpText('after', BREAKER_NOTE)
    .addHelpText('after', exampleText('restitch breaker show'));
  group.addCommand(
    onTable('show', 'the breakers of a cluster, its pools, sites and hubs')
      .addHelpText('after', TABLE_NOTE)
      .addHelpText('after', exampleText('restitch breaker show --state-dir .restitch'))
      .action(async (options) => finish(await (await import('../breaker.ts')).showBreakers(options, io))),
  );
  group.addCommand(
    onTable('trip', 'opens a breaker until it is reset')
      .argument('[SCOPE]')
      .usage('SCOPE --reason TEXT [options]')
      .option('--cluster <NAME>', 'of a pool, site or hub (default: the only cluster that has breakers)')
      .option('--reason <TEXT>', 'why, for the next person')
      .option('--by <NAME>', 'who trips it (default: your login)')
      .addHelpText('after', BREAKER_NOTE + TABLE_NOTE)
      .addHelpText('after', exampleText('restitch breaker trip pool=gpu --cluster prod --reason "a bad image"'))
      .action(async (scope, options) => finish(await (await import('../breaker.ts')).trip(scope, options, io))),
  );
  group.addCommand(
    onTable('reset', 'closes a breaker; what waited is dropped and looked at afresh')
      .argument('[SCOPE]')
      .usage('SCOPE [options]')
      .option('--cluster <NAME>', 'of a pool, site or hub (default: the only cluster that has breakers)')
      .addHelpText('after', BREAKER_NOTE + WAKE_NOTE)
      .addHelpText('after', exampleText('restitch breaker reset cluster=prod'))
      .action(async (scope, options) => finish(await (await import('../breaker.ts')).reset(scope, options, io))),
  );
  return group;
}

const BUDGET_NOTE = `
A node is out of service that is cordoned, by whomever, not Ready, claimed, or
reserved. The limits are those of --config, else of the variables BUDGET_*: give
what is deployed. The nodes are those of KUBECONFIG, and so is the
cluster.`;

function budgetCommand({ io, finish }: CommandContext) {
  return onTable('budget', 'how many nodes may be out of service, and how many are')
    .option('--config <FILE>', 'the restitch.config.yaml that is deployed')
    .option('--cluster <NAME>', 'of a file or a stack with several clusters')
    .addHelpText('after', BUDGET_NOTE + TABLE_NOTE)
    .addHelpText('after', exampleText('restitch budget --stack Restitch --config restitch.config.yaml'))
    .action(async (options) => finish(await (await import('../budget.ts')).budget(options, io)));
}

const CLAIMS_NOTE = `
The nodes are those of KUBECONFIG, or of the lab.
Exit code 1: an annotation of ours cannot be read; such a node is left alone.`;

function claimsCommand({ io, finish }: CommandContext) {
  return new Command('claims')
    .description('the nodes that Restitch has tainted or cordoned, why and until when')
    .option('--lab', 'of the fleet of `restitch lab up`', false)
    .option('--state-dir <DIR>', 'with --lab: its folder', '.restitch-lab')
    .option('--json', 'one JSON object', false)
    .addHelpText('after', CLAIMS_NOTE)
    .addHelpText('after', exampleText('restitch claims'))
    .action(async (options) => finish(await (await import('../claims.ts')).claims(options, io)));
}

const MARKS = `
  right      nothing was done, and only somebody's help ended the fault
  unneeded   nothing was done, and the node healed within ten minutes
  wrong      nothing was done, and the node is healthy with everything that was
             blamed, or the diagnosis changed
  healed     it acted, and that healed the node
  failed     it acted, and that did not
  open       not known yet
`;

function shadowCommand({ io, finish }: CommandContext) {
  const group = new Command('shadow')
    .description('how its decisions turned out')
    .addHelpText('after', exampleText('restitch shadow report'));
  group.addCommand(
    onTable('report', 'how the decisions turned out, by stage, fault class and pool')
      .addHelpText('after', MARKS + TABLE_NOTE)
      .addHelpText('after', exampleText('restitch shadow report --state-dir .restitch'))
      .action(async (options) => finish(await (await import('../shadow.ts')).shadowReport(options, io))),
  );
  return group;
}
