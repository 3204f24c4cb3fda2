import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { documentNames } from '../../core/runbook/node-command.ts';
import { RestitchStack } from '../../lib/restitch-stack.ts';
import { bundleFunction } from '../../scripts/bundle-function.ts';
import { functionNames } from '../../scripts/function-names.ts';
import { actionsIn, actionsOfBundle } from './aws-calls.ts';
import { roleStatements, tableKeys } from './role-statements.ts';
import { type GivenSettings, stackClusterOf, stackSettingsOf } from './stack-settings-of.ts';

const account = { id: '444455556666', region: 'eu-west-1', externalId: 'Restitch', permissionsBoundary: null };
let template: Template;

beforeAll(() => {
  // Whatever a function may need at all.
  const settings = stackSettingsOf({
    served: [
      stackClusterOf({
        routeTables: ['rtb-0123456789abcdef0'],
        alertmanager: { url: 'https://alerts.example', tokenSecret: 'alerts-token', receiver: 'restitch' },
      }),
      stackClusterOf({ names: ['elsewhere'], kubeconfigSecret: 'elsewhere', account }),
    ],
    approvalWebhook: { url: 'https://bridge.example/restitch' },
    environment: { REPAIR_MODE: 'act' },
    console: true,
  });
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  template = Template.fromStack(new RestitchStack(app, 'Restitch', { settings }));
});

const actionsOf = (functionId: string) => new Set(roleStatements(template, functionId).flatMap(({ Action }) => Action));

/** What Lambda sends to X-Ray with the role of every function. */
const traces = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];

describe('the role of approval, which anybody can call', () => {
  it('writes approvals, pauses, standing approvals, replies and used answers and nothing else', () => {
    expect(tableKeys(roleStatements(template, 'Approval'), 'dynamodb:PutItem')).toEqual([
      'APPROVAL#*',
      'PAUSES#all',
      'STANDING#all',
      'REPLY#*',
      'ANSWER#*',
    ]);
  });

  it('reads neither locks nor memories nor closed incidents by listing', () => {
    const role = roleStatements(template, 'Approval');
    expect(tableKeys(role, 'dynamodb:GetItem')).toEqual([
      'APPROVAL#*',
      'PAUSES#all',
      'STANDING#all',
      'INCIDENT#*',
      'ANSWER#*',
    ]);
    expect(tableKeys(role, 'dynamodb:Query')).toEqual(['incidents#open', 'breakers']);
  });

  it.each<[string, GivenSettings, boolean]>([
    ['people alone', { approvers: ['U0ALICE'] }, false],
    ['a user group', { approvers: ['S0ONCALL'] }, true],
    ['a user group by a rule', { environment: { APPROVAL_RULES: '[{"approvers":["S0ONCALL"]}]' } }, true],
  ])('with %s as approvers reads the bot token: %#', (_, settings, reads) => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const stack = Template.fromStack(new RestitchStack(app, 'Restitch', { settings: stackSettingsOf(settings) }));
    const secrets = JSON.stringify(
      roleStatements(stack, 'Approval').filter(({ Action }) => Action.includes('secretsmanager:GetSecretValue')),
    );
    expect(secrets).toMatch(/SlackSigningSecret/);
    expect(/SlackSecret[0-9A-F]/.test(secrets)).toBe(reads);
  });

  it('starts no execution and asks for none', () => {
    const lambda = [...actionsOf('Approval')].filter((action) => action.startsWith('lambda:'));
    expect(lambda).toEqual(['lambda:SendDurableExecutionCallbackSuccess']);
  });
});

describe('the role of the console page', () => {
  it('reads what is shown there, and nothing else: no lock, no memory, no secret', () => {
    const role = roleStatements(template, 'Console');
    expect([...actionsOf('Console')].toSorted()).toEqual([
      ...['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
      ...traces,
    ]);
    expect(tableKeys(role, 'dynamodb:GetItem')).toEqual(['INCIDENT#*', 'APPROVAL#*', 'PAUSES#all', 'BUDGET']);
    expect(tableKeys(role, 'dynamodb:Query')).toEqual([
      'INCIDENT#*',
      ...['incidents#open', 'incidents#unreported', 'incidents#closed'],
    ]);
  });
});

describe('the role of forward, which calls an address outside', () => {
  const secretsOf = (functionId: string) =>
    JSON.stringify(
      roleStatements(template, functionId).filter(({ Action }) => Action.includes('secretsmanager:GetSecretValue')),
    );

  it('reads questions and cannot answer them', () => {
    const role = roleStatements(template, 'Forward');
    expect(tableKeys(role, 'dynamodb:PutItem')).toEqual(['FORWARDED#*']);
    expect(tableKeys(role, 'dynamodb:GetItem')).toEqual(['APPROVAL#*', 'FORWARDED#*']);
    expect([...actionsOf('Forward')].filter((action) => action.startsWith('lambda:'))).toEqual([]);
  });

  it('reads the key of questions alone, and approval that of answers', () => {
    expect(secretsOf('Forward')).toMatch(/ApprovalWebhookSecret/);
    expect(secretsOf('Forward')).not.toMatch(/ApprovalAnswerSecret|Slack/);
    expect(secretsOf('Approval')).toMatch(/ApprovalAnswerSecret/);
    expect(secretsOf('Approval')).not.toMatch(/ApprovalWebhookSecret/);
  });
});

describe('the role of sweep', () => {
  it('may ask why an execution ended', () => {
    expect(actionsOf('Sweep')).toContain('lambda:GetDurableExecution');
  });

  it('removes versions of the runbook and our documents, but not the function', () => {
    const resourcesOf = (action: string) =>
      roleStatements(template, 'Sweep')
        .filter(({ Action }) => Action.includes(action))
        .map(({ Resource }) => JSON.stringify(Resource));
    expect(resourcesOf('lambda:DeleteFunction')).toEqual([
      expect.stringMatching(/^\{"Fn::Join":\["",\[\{"Fn::GetAtt":\["Runbook\w+","Arn"\]\},":\*"\]\]\}$/),
    ]);
    const documents = resourcesOf('ssm:DeleteDocument').join();
    for (const name of documentNames) expect(documents).toContain(`:document/Restitch-${name}-????????????`);
    expect(documents).not.toContain('*');
  });
});

/** The calls that Lambda makes with a function's role: polling a queue or a stream, leaving what failed in a queue. */
const madeByLambda: Readonly<Record<string, readonly string[]>> = {
  dispatch: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
  notify: [
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    'sqs:SendMessage',
  ],
  forward: [
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    'sqs:SendMessage',
  ],
};

/** test/unit/chain/table-access.test.ts compares these with the items that the functions get and put. */
const byKeys = new Set(['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:Query']);

/** The service has no resource level for them (Service Authorization Reference). */
const withoutResources = new Set([
  'ec2:DescribeRouteTables',
  'ssm:DescribeInstanceInformation',
  'ssm:GetCommandInvocation',
  'ssm:ListCommandInvocations',
  'ssm:ListCommands',
  'ssm:ListDocuments',
  ...traces,
]);

describe.each(functionNames)('the role of %s', (name) => {
  const functionId = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

  it('allows exactly the calls that the code and Lambda itself make', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'restitch-calls-'));
    const made = actionsOfBundle(bundleFunction(name, folder));
    await rm(folder, { recursive: true, force: true });
    const expected = [...made].filter((action) => !byKeys.has(action));
    const allowed = [...actionsOf(functionId)].filter((action) => !byKeys.has(action));
    expect(allowed.toSorted()).toEqual(
      [...new Set([...expected, ...(madeByLambda[name] ?? []), ...traces])].toSorted(),
    );
  });

  it('names resources wherever the service has them', () => {
    for (const { Action, Resource } of roleStatements(template, functionId)) {
      const isOpen = JSON.stringify([Resource].flat()).includes('"*"');
      expect([Action, isOpen]).toEqual([Action, Action.every((action) => withoutResources.has(action))]);
    }
  });

  it('has no other policy than what Lambda needs for logs, and checkpoints where it is durable', () => {
    const [role, ...more] = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) =>
      id.startsWith(`${functionId}ServiceRole`),
    );
    expect(more).toEqual([]);
    const managed = JSON.stringify(role?.[1]['Properties'].ManagedPolicyArns).match(/AWSLambda\w+/g);
    const isDurable = name === 'runbook';
    expect(managed).toEqual([isDurable ? 'AWSLambdaBasicDurableExecutionRolePolicy' : 'AWSLambdaBasicExecutionRole']);
    expect(role?.[1]['Properties']).not.toHaveProperty('Policies');
  });
});

describe('the roles that functions take in another account', () => {
  it('are named, those of this function alone', () => {
    for (const [functionId, holder] of [
      ['Runbook', 'runbook'],
      ['Sweep', 'sweep'],
    ] as const)
      expect(roleStatements(template, functionId).filter(({ Action }) => Action.includes('sts:AssumeRole'))).toEqual([
        expect.objectContaining({ Resource: `arn:aws:iam::444455556666:role/Restitch-${holder}-eu-west-1` }),
      ]);
  });
});

describe('the role of every function', () => {
  const all = ['Intake', 'Dispatch', 'Runbook', 'Approval', 'Sweep', 'Notify', 'Forward', 'Console'];

  it('names the keys that it gets, puts and lists', () => {
    for (const functionId of all) {
      for (const { Action, Condition } of roleStatements(template, functionId)) {
        if (!/^dynamodb:(BatchGetItem|GetItem|PutItem|Query)/.test(Action.join())) continue;
        expect(Condition['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']).not.toContain('*');
        // Without it a request that names no key would be allowed.
        expect(Condition['Null']).toEqual({ 'dynamodb:LeadingKeys': ['false'] });
      }
    }
  });

  it('reads secrets and does not describe them', () => {
    for (const functionId of all) expect(actionsOf(functionId)).not.toContain('secretsmanager:DescribeSecret');
  });

  it('starts executions through the alias alone', () => {
    for (const functionId of ['Dispatch', 'Sweep']) {
      const starts = roleStatements(template, functionId).filter(({ Action }) =>
        Action.includes('lambda:InvokeFunction'),
      );
      expect(starts.map(({ Resource }) => JSON.stringify(Resource))).toEqual([
        expect.stringMatching(/^\{"Ref":"RunbookAliaslive\w+"\}$/),
      ]);
    }
  });
});

describe('the calls of a source file', () => {
  it('are found as commands and as paginators, and types are none', () => {
    const source = `import {
  type Route,
  DeleteRouteCommand,
  paginateDescribeRouteTables,
} from '@aws-sdk/client-ec2';
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { type PutCommandInput, SendMessageBatchCommand } from '@aws-sdk/client-sqs';`;
    expect(actionsIn(source)).toEqual([
      'ec2:DeleteRoute',
      'ec2:DescribeRouteTables',
      'dynamodb:GetItem',
      'sqs:SendMessage',
    ]);
  });
});
