import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './command-context.ts';
import { exampleText } from './example-text.ts';

/** The questions that Restitch asks before anything disruptive, and a person's answers. */
export function approvalCommands(context: CommandContext) {
  return [approvalsCommand(context), approveCommand(context), denyCommand(context)];
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
