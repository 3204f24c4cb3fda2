import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './command-context.ts';
import { exampleText } from './example-text.ts';

/** The questions that Restitch asks before anything disruptive, and a person's answers. */
export function approvalCommands(context: CommandContext) {
  return [approvalsCommand(context), approveCommand(context), denyCommand(context), standingCommand(context)];
}

const WHO = `
The rules are those of the buttons in Slack: one answer, in time, for the plan
that was shown, from somebody on the list of approvers. With --stack that is
who AWS says you are: list the ARN of a user, of a role (all who may take it),
or of one person of IAM Identity Center. With --state-dir it is os: and the
user who runs \`npm start\`. Who, where and why goes into the receipt.

Exit code 0: decided, 1: not decided, and why, 2: wrong usage.`;

function approvalsCommand({ io, finish }: CommandContext) {
  return new Command('approvals')
    .description('the questions that wait for a yes or no, or one of them with its plan')
    .argument('[QUESTION or INCIDENT]')
    .option('--state-dir <DIR>', 'the table of `npm start`, which may be running (its default folder is .restitch)')
    .option('--table <NAME>', 'this DynamoDB table (default: TABLE_NAME)')
    .option('--stack <NAME>', 'the table of this CloudFormation stack (AWS_* variables)')
    .option('--json', 'as JSON', false)
    .addHelpText('after', exampleText('restitch approvals', 'restitch approvals lab.gpu-1.1-tf2k9h --stack Restitch'))
    .action(async (name, options) => finish(await (await import('../approvals.ts')).approvals(name, options, io)));
}

function approveCommand({ io, finish }: CommandContext) {
  return answering('approve', 'says yes to a question: what its plan says is done, once')
    .addHelpText('after', `\nWithout --plan it shows the plan and asks, on a terminal.${WHO}`)
    .addHelpText('after', exampleText('restitch approve lab.gpu-1.1-tf2k9h --stack Restitch --plan 3f9a1c0b77de'))
    .action(async (name, options) => finish(await (await import('../approve.ts')).approve(name, options, io)));
}

function denyCommand({ io, finish }: CommandContext) {
  return answering('deny', 'says no to a question: nothing more is done in its incident')
    .addHelpText('after', WHO)
    .addHelpText('after', exampleText('restitch deny lab.gpu-1.1-tf2k9h --stack Restitch --reason "jobs until six"'))
    .action(async (name, options) => finish(await (await import('../approve.ts')).deny(name, options, io)));
}

function answering(name: string, description: string) {
  return new Command(name)
    .description(description)
    .argument('<QUESTION or INCIDENT>')
    .option(
      '--plan <DIGEST>',
      'the plan that you have seen: its first 12 characters, as `restitch approvals` shows them',
    )
    .option('--reason <TEXT>', 'why, for the receipt')
    .option('--state-dir <DIR>', 'asked by the `npm start` that runs there (its default folder is .restitch)')
    .option('--stack <NAME>', 'asked by the Restitch of this CloudFormation stack (AWS_* variables)')
    .option('--json', 'one JSON object', false);
}

const STANDING_NOTE = `
SCOPE is cluster=NAME pool=NAME class=NAME rung=NAME; LENGTH is as 30m or 2h.
The rules are those of /restitch allow in Slack: given by somebody who may
answer such a question now, never where two people must say yes, at most ten
times, for at most four hours. Any pause ends it. Who you are is known as for
\`restitch approve\`. Exit code 0: given, 1: not given, and why.`;

function standingCommand({ io, finish }: CommandContext) {
  const group = new Command('standing')
    .description('answers the next questions of one kind in your name')
    .addHelpText('after', exampleText('restitch standing list --stack Restitch'));
  group.addCommand(
    new Command('list')
      .description('those that still count')
      .option('--state-dir <DIR>', 'the table of `npm start`, which may be running (its default folder is .restitch)')
      .option('--table <NAME>', 'this DynamoDB table (default: TABLE_NAME)')
      .option('--stack <NAME>', 'the table of this CloudFormation stack (AWS_* variables)')
      .option('--json', 'as JSON', false)
      .addHelpText('after', exampleText('restitch standing list --stack Restitch'))
      .action(async (options) => finish(await (await import('../standing.ts')).listStanding(options, io))),
  );
  group.addCommand(
    ordering('allow', 'gives one')
      .argument('<SCOPE...>')
      .usage('SCOPE most=N for LENGTH [options]')
      .addHelpText('after', STANDING_NOTE)
      .addHelpText(
        'after',
        exampleText(
          'restitch standing allow cluster=eu pool=gpu class=vxlan-wedge \\\n    rung=bounce most=3 for 30m --stack Restitch',
        ),
      )
      .action(async (words, options) =>
        finish(await (await import('../standing.ts')).allowStanding(words, options, io)),
      ),
  );
  group.addCommand(
    ordering('revoke', 'ends one; exit code 1: there is none of this number')
      .argument('<NUMBER>')
      .addHelpText('after', '\nAny approver may end what another has given.')
      .addHelpText('after', exampleText('restitch standing revoke 3 --stack Restitch'))
      .action(async (number, options) =>
        finish(await (await import('../standing.ts')).revokeStanding(number, options, io)),
      ),
  );
  return group;
}

function ordering(name: string, description: string) {
  return new Command(name)
    .description(description)
    .option('--state-dir <DIR>', 'asked by the `npm start` that runs there (its default folder is .restitch)')
    .option('--stack <NAME>', 'asked by the Restitch of this CloudFormation stack (AWS_* variables)')
    .option('--json', 'one JSON object', false);
}
