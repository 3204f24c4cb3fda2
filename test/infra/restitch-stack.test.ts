import { App, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { documentHash, documentName } from '../../adapters/aws/document-name.ts';
import { documentNames } from '../../core/runbook/node-command.ts';
import { RestitchStack } from '../../lib/restitch-stack.ts';
import { roleStatements } from './role-statements.ts';
import { type GivenSettings, stackSettingsOf } from './stack-settings-of.ts';

const Statement = z.looseObject({
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.unknown(),
  Effect: z.string(),
});
const Policy = z.looseObject({
  Properties: z.looseObject({ PolicyDocument: z.object({ Statement: z.array(Statement) }).loose() }),
});

let template: Template;

beforeAll(() => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  template = Template.fromStack(new RestitchStack(app, 'Restitch', { settings: stackSettingsOf() }));
});

const statements = () => statementsOf(template);

/** Every statement of every policy. */
function statementsOf(synthesized: Template) {
  return Object.values(synthesized.findResources('AWS::IAM::Policy')).flatMap(
    (resource) => Policy.parse(resource).Properties.PolicyDocument.Statement,
  );
}

const actionsOf = ({ Action }: z.infer<typeof Statement>) => (typeof Action === 'string' ? [Action] : Action);

describe('the URL of the command line', () => {
  const urls = () => Object.values(template.findResources('AWS::Lambda::Url'));

  it('lets only callers in that AWS knows, and is that of the approval function', () => {
    const guarded = urls().filter(({ Properties }) => Properties.AuthType === 'AWS_IAM');
    expect(guarded).toHaveLength(1);
    expect(guarded[0]?.['Properties']).toMatchObject({
      Qualifier: 'cli',
      TargetFunctionArn: { 'Fn::GetAtt': [expect.stringMatching(/^Approval/), 'Arn'] },
    });
  });

  it('has a policy for people, which does not let them invoke the function itself', () => {
    const [policy, ...more] = Object.values(template.findResources('AWS::IAM::ManagedPolicy'));
    expect(more).toEqual([]);
    const allowed = Policy.parse(policy).Properties.PolicyDocument.Statement;
    expect(allowed).toMatchObject([
      { Action: 'lambda:InvokeFunctionUrl', Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } } },
      { Action: 'lambda:InvokeFunction', Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } },
    ]);
    expect(JSON.stringify(allowed.map(({ Resource }) => Resource))).toMatch(
      /^\[(\{"Ref":"ApprovalAliascli\w+"\},?){2}\]$/,
    );
  });

  it('is open to nobody by the template', () => {
    const open = Object.values(template.findResources('AWS::Lambda::Permission')).filter(
      ({ Properties }) => Properties.Principal === '*',
    );
    expect(JSON.stringify(open)).not.toContain('cli');
  });
});

describe('the console page', () => {
  it('is there only where the file says so', () => {
    expect(JSON.stringify(template.toJSON())).not.toMatch(/Console(Url|Policy|Viewers|ServiceRole)/);
  });

  it('has a URL for callers whom AWS knows, a limit, and a policy for those who may look', () => {
    const stack = Template.fromStack(synthesized({ console: true }));
    const [policy] = Object.values(
      stack.findResources('AWS::IAM::ManagedPolicy', {
        Properties: { Description: Match.stringLikeRegexp('console') },
      }),
    );
    expect(Policy.parse(policy).Properties.PolicyDocument.Statement).toMatchObject([
      { Action: 'lambda:InvokeFunctionUrl', Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Console/), 'Arn'] } },
      { Action: 'lambda:InvokeFunction', Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } },
    ]);
    stack.hasResourceProperties('AWS::Lambda::Url', {
      AuthType: 'AWS_IAM',
      TargetFunctionArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Console'), 'Arn'] },
    });
    stack.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Restitch: shows the fleet and its incidents',
      ReservedConcurrentExecutions: 5,
    });
    for (const { Properties } of Object.values(stack.findResources('AWS::Lambda::Permission')))
      expect(JSON.stringify(Properties)).not.toContain('Console');
  });

  it('is accepted by cdk-nag', () => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    new RestitchStack(app, 'Restitch', { settings: stackSettingsOf({ console: true }) });
    expect(() => app.synth()).not.toThrow();
  });
});

describe('least privilege', () => {
  it('allows commands only with own documents, on tagged instances', () => {
    const sends = statements().filter((statement) => actionsOf(statement).includes('ssm:SendCommand'));
    expect(sends).toHaveLength(2);
    const [documents, instances] = sends;
    expect(JSON.stringify(documents?.Resource)).toMatch(/document\/Restitch-apply-\?{12}"/);
    expect(JSON.stringify(documents?.Resource)).not.toMatch(/document\/(\*|AWS-)/);
    expect(instances).toMatchObject({ Condition: { StringLike: { 'ssm:resourceTag/restitch:node': ['?*'] } } });
  });

  it('allows commands only where the tag names one of our nodes, whichever tag the team has', () => {
    const stack = synthesized({ instanceTag: 'example:node', nodeNames: ['gpu-*', 'hub-1'] });
    const conditions = statementsOf(Template.fromStack(stack)).flatMap(({ Condition }) => Condition ?? []);
    expect(conditions).toContainEqual({ StringLike: { 'ssm:resourceTag/example:node': ['gpu-*', 'hub-1'] } });
  });

  it('has a wildcard resource only for calls that take no resource', () => {
    const open = statements().filter(({ Resource }) => Resource === '*');
    expect(open.flatMap(actionsOf).toSorted()).toEqual([
      'ssm:DescribeInstanceInformation',
      'ssm:GetCommandInvocation',
      'ssm:ListCommandInvocations',
      'ssm:ListCommands',
      'ssm:ListDocuments',
      ...Array.from({ length: 6 }, () => 'xray:PutTelemetryRecords'),
      ...Array.from({ length: 6 }, () => 'xray:PutTraceSegments'),
    ]);
  });

  it('has no wildcard action, and deletes nothing from the table', () => {
    const all = statements().flatMap(actionsOf);
    expect(all.filter((action) => action.includes('*') && !action.startsWith('kms:'))).toEqual([]);
    expect(all.filter((action) => /^dynamodb:(Delete|Scan|Update)/.test(action))).toEqual([]);
  });
});

describe('the rights to send commands', () => {
  /** What the role of a function may send, to which instances, and the calls that take no resource. */
  function sendsOf(given: GivenSettings, functionId: 'Runbook' | 'Sweep') {
    const role = roleStatements(Template.fromStack(synthesized(given)), functionId);
    const sends = role.filter(({ Action }) => Action.includes('ssm:SendCommand'));
    const documents = sends.flatMap(({ Resource }) => JSON.stringify(Resource).match(/document\/[^"]*/g) ?? []);
    const instances = sends.filter(({ Resource }) => /instance\//.test(JSON.stringify(Resource)));
    const reads = role.flatMap(({ Action }) =>
      Action.filter((action) => /^ssm:(Get|Describe|ListCommand)/.test(action)),
    );
    return { documents: documents.toSorted(), instances, reads };
  }
  const acting = { environment: { REPAIR_MODE: 'act' } };

  it('are, for sweep, to write the file of the watchdogs on tagged instances, and nothing else', () => {
    const { documents, instances, reads } = sendsOf(acting, 'Sweep');
    expect(documents).toEqual(['document/Restitch-expect-????????????']);
    expect(instances).toMatchObject([{ Condition: { StringLike: { 'ssm:resourceTag/restitch:node': ['?*'] } } }]);
    expect(reads).toEqual([
      'ssm:GetCommandInvocation',
      'ssm:ListCommandInvocations',
      'ssm:ListCommands',
      'ssm:DescribeInstanceInformation',
    ]);
  });

  it.each([
    ['in shadow mode', {}],
    ['where no file is kept', { environment: { REPAIR_MODE: 'act', EXPECTED_NETWORK: 'off' } }],
  ])('are none for sweep %s', (_, given) => {
    expect(sendsOf(given, 'Sweep')).toEqual({ documents: [], instances: [], reads: [] });
  });

  it('are, for the runbook, every document but that one', () => {
    const names = ['apply', 'bounce', 'confirm', 'diagnose', 'read-journal', 'restart-agent', 'rollback'];
    expect(sendsOf(acting, 'Runbook').documents).toEqual(names.map((name) => `document/Restitch-${name}-????????????`));
  });

  it('are accepted by cdk-nag', () => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    new RestitchStack(app, 'Restitch', { settings: stackSettingsOf(acting) });
    expect(() => app.synth()).not.toThrow();
  });

  it('follow the prefix and the tag of the settings', () => {
    const { documents, instances } = sendsOf({ ...acting, documentPrefix: 'Other', instanceTag: 'fleet' }, 'Sweep');
    expect(documents).toEqual(['document/Other-expect-????????????']);
    expect(JSON.stringify(instances)).toContain('ssm:resourceTag/fleet');
  });
});

describe('the rights on route tables', () => {
  const tables = ['rtb-0123456789abcdef0', 'rtb-0fedcba9876543210'];

  function rightsWith(routeTables: readonly string[]) {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const stack = new RestitchStack(app, 'Restitch', { settings: stackSettingsOf({ routeTables }) });
    app.synth();
    const synthesized = Template.fromStack(stack);
    const ec2 = statementsOf(synthesized).filter((statement) =>
      actionsOf(statement).some((action) => action.startsWith('ec2:')),
    );
    return { synthesized, ec2 };
  }

  it('are none where no table is configured', () => {
    expect(rightsWith([]).ec2).toEqual([]);
  });

  it('are to change routes of exactly the configured tables, and cdk-nag agrees', () => {
    const { synthesized, ec2 } = rightsWith(tables);
    const [describing, changing, ...more] = ec2;
    expect(more).toEqual([]);
    expect(describing).toMatchObject({ Action: 'ec2:DescribeRouteTables', Resource: '*' });
    expect(changing?.Action).toEqual(['ec2:CreateRoute', 'ec2:ReplaceRoute', 'ec2:DeleteRoute']);
    const resources = JSON.stringify(changing?.Resource);
    for (const id of tables) expect(resources).toContain(`:route-table/${id}"`);
    expect(resources).not.toContain('*');
    synthesized.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ ROUTE_TABLES: tables.join(',') }) },
    });
  });
});

describe('the path of an alert', () => {
  it('is a FIFO queue with own deduplication ids and a dead-letter queue with an alarm', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      FifoQueue: true,
      ContentBasedDeduplication: false,
      VisibilityTimeout: 180,
      RedrivePolicy: Match.objectLike({ maxReceiveCount: 5 }),
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Threshold: 1,
      MetricName: 'ApproximateNumberOfMessagesVisible',
    });
  });

  it('reports failures message by message', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });
});

describe('the functions', () => {
  it('run on Node 24 and arm64, with log retention', () => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    expect(functions).toHaveLength(6);
    for (const resource of functions) {
      expect(resource).toMatchObject({ Properties: { Runtime: 'nodejs24.x', Architectures: ['arm64'] } });
    }
    template.resourcePropertiesCountIs('AWS::Logs::LogGroup', { RetentionInDays: 90 }, 6);
  });

  it('have a durable runbook behind an alias', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      DurableConfig: { ExecutionTimeout: 604_800, RetentionPeriodInDays: 30 },
    });
    // No second version takes a share: a name starts one execution in one version.
    template.hasResourceProperties('AWS::Lambda::Alias', { Name: 'live' });
    for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Alias')))
      expect(Properties).not.toHaveProperty('RoutingConfig');
  });

  it('have versions of the runbook that no later deployment deletes: incidents end on the one that they began on', () => {
    template.hasResource('AWS::Lambda::Version', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });
});

describe('what runs asynchronously', () => {
  it('leaves the input of a run that failed in a standard queue with an alarm', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      DurableConfig: Match.anyValue(),
      DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FailedRuns'), 'Arn'] } },
    });
    const [queue] = Object.entries(template.findResources('AWS::SQS::Queue')).filter(([id]) => /^FailedRuns/.test(id));
    expect(queue?.[1]['Properties']).not.toHaveProperty('FifoQueue');
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queue?.[0], 'QueueName'] } }],
    });
  });

  it('is sweep every minute, one at a time, and a minute that was missed is not made up for', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Restitch: cleans up what was left behind',
      ReservedConcurrentExecutions: 1,
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp('^Sweep') },
      MaximumEventAgeInSeconds: 60,
      MaximumRetryAttempts: 0,
    });
  });
});

describe('the functions that anybody can call', () => {
  const limitsOf = (synthesized: Template) =>
    Object.fromEntries(
      Object.entries(synthesized.findResources('AWS::Lambda::Function')).map(([id, { Properties }]) => [
        id.slice(0, -8),
        Properties['ReservedConcurrentExecutions'],
      ]),
    );

  it('cannot take all that the account may run at once', () => {
    expect(limitsOf(template)).toMatchObject({ Intake: 50, Approval: 10 });
  });

  it('have the limits of the settings, or none', () => {
    const concurrency = { intake: 7, approval: null, console: 5 };
    const limits = limitsOf(Template.fromStack(synthesized({ kubeconfigSecret: 'k', names: ['c'], concurrency })));
    expect(limits['Intake']).toBe(7);
    expect(limits['Approval']).toBeUndefined();
  });
});

describe('the chat', () => {
  it('follows the records in the stream of the table, tries for 23 hours, and then says what it missed', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', { StreamSpecification: { StreamViewType: 'KEYS_ONLY' } });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Table'), 'StreamArn'] },
      FilterCriteria: {
        Filters: [{ Pattern: '{"eventName":["INSERT","MODIFY"],"dynamodb":{"Keys":{"sk":{"S":["RECORD"]}}}}' }],
      },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRecordAgeInSeconds: 82_800,
      DestinationConfig: { OnFailure: Match.anyValue() },
    });
  });

  it('is written to by the notifier alone, and the function that Slack calls reads the signing secret alone', () => {
    const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
    const readersOf = (secret: string) =>
      policies
        .filter(([, policy]) => JSON.stringify(policy).includes(`{"Ref":"${secret}`))
        .map(([id]) => id.replace(/ServiceRole.*$/, ''));
    expect(readersOf('SlackSecret')).toEqual(['Notify']);
    expect(readersOf('SlackSigningSecret')).toEqual(['Approval']);
  });
});

describe('the approval webhook', () => {
  it('is not there where the file names none', () => {
    expect(Object.keys(template.findResources('AWS::Lambda::Function')).join()).not.toContain('Forward');
    expect(JSON.stringify(template.toJSON())).not.toContain('ApprovalAnswer');
  });

  it('follows questions alone, beside the chat, and names what the other tool needs', () => {
    const given = { approvalWebhook: { url: 'https://bridge.example/restitch' } };
    const forwarding = Template.fromStack(synthesized(given));
    forwarding.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FilterCriteria: { Filters: [{ Pattern: Match.stringLikeRegexp('"pk":.*"prefix":"APPROVAL#"') }] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRecordAgeInSeconds: 82_800,
      DestinationConfig: { OnFailure: Match.anyValue() },
    });
    for (const output of ['ApprovalWebhookSecretArn', 'ApprovalAnswerSecretArn']) forwarding.hasOutput(output, {});
    forwarding.hasOutput('ApprovalAnswerUrl', { Value: { 'Fn::Join': ['', Match.arrayWith(['answers'])] } });
  });
});

describe('the documents', () => {
  const Document = z.object({
    DeletionPolicy: z.string(),
    UpdateReplacePolicy: z.string(),
    Properties: z.object({ Name: z.string(), Content: z.unknown() }),
  });
  /** Of the functions: those of onboarding are test/infra/onboarding.test.ts's. */
  const documents = () =>
    Object.entries(template.findResources('AWS::SSM::Document'))
      .filter(([id]) => !id.startsWith('checknode'))
      .map(([id, resource]) => [id, Document.parse(resource)] as const);

  it('have the hash of their content in their names, and the runbook knows exactly these', () => {
    const hashes = documents().map(([, { Properties }]) => {
      const hash = documentHash(Properties.Content);
      const short = documentNames.find((name) => Properties.Name === documentName('Restitch', name, hash));
      return `${short}=${hash}`;
    });
    expect(hashes).toHaveLength(documentNames.length);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ DOCUMENT_HASHES: hashes.join(',') }) },
    });
  });

  it('stay when a later release has others, but not when the deployment that made them failed', () => {
    for (const [, { DeletionPolicy, UpdateReplacePolicy }] of documents()) {
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
    }
  });

  it('are there before the function that runs them', () => {
    const [runbook] = Object.entries(template.findResources('AWS::Lambda::Function')).filter(([id]) =>
      id.startsWith('Runbook'),
    );
    expect(runbook?.[1]).toMatchObject({ DependsOn: expect.arrayContaining(documents().map(([id]) => id)) });
  });
});

describe('what must outlive a mistake', () => {
  it('is a table with point-in-time recovery that a deletion of the stack keeps', () => {
    template.hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Retain' });
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    });
  });
});

describe('what must not be kept for ever', () => {
  it('expires by the attribute that the stores write', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    });
  });
});

function synthesized(given: GivenSettings = {}) {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  return new RestitchStack(app, 'Restitch', { settings: stackSettingsOf(given) });
}

describe('the cluster', () => {
  const eks = { name: 'fleet', endpoint: 'https://fleet.eks.example', ca: 'Y2E=', accessEntries: false };

  it('must be reached: without one, synth fails', () => {
    const error = Match.stringLikeRegexp('set eks or kubeconfigSecret');
    Annotations.fromStack(synthesized({ kubeconfigSecret: null })).hasError('/Restitch', error);
    for (const cluster of [{ eks, kubeconfigSecret: null }, {}])
      Annotations.fromStack(synthesized(cluster)).hasNoError('/Restitch', error);
  });

  it('on EKS is named to runbook and sweep', () => {
    const variables = { EKS_CLUSTER_NAME: eks.name, EKS_CLUSTER_ENDPOINT: eks.endpoint, EKS_CLUSTER_CA: eks.ca };
    Template.fromStack(synthesized({ eks })).resourcePropertiesCountIs(
      'AWS::Lambda::Function',
      { Environment: { Variables: Match.objectLike(variables) } },
      2,
    );
  });
});

describe('the names of the cluster', () => {
  it('reach every function that takes alerts or acts on them', () => {
    Template.fromStack(synthesized({ names: ['gpu-fleet', 'old-name'] })).resourcePropertiesCountIs(
      'AWS::Lambda::Function',
      { Environment: { Variables: Match.objectLike({ CLUSTERS: 'gpu-fleet,old-name' }) } },
      4,
    );
  });
});

describe('the heartbeat of sweep', () => {
  it('has an alarm for each name of the cluster that also fires when nothing comes', () => {
    const stack = Template.fromStack(synthesized({ names: ['gpu-fleet', 'old-name'] }));
    for (const Value of ['gpu-fleet', 'old-name']) {
      stack.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Namespace: 'Restitch',
        MetricName: 'SweepHeartbeat',
        Dimensions: [
          { Name: 'Cluster', Value },
          { Name: 'Stack', Value: 'Restitch' },
        ],
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        TreatMissingData: 'breaching',
      });
    }
  });
});

describe('the Alertmanager that sweep asks', () => {
  const alertmanager = { url: 'https://alerts.example', tokenSecret: 'alerts-token', receiver: 'restitch' };

  it('is named to sweep, which alone may read its token', () => {
    const stack = Template.fromStack(synthesized({ alertmanager }));
    stack.resourcePropertiesCountIs(
      'AWS::Lambda::Function',
      {
        Environment: {
          Variables: Match.objectLike({
            ALERTMANAGER_URL: 'https://alerts.example',
            ALERTMANAGER_RECEIVER: 'restitch',
            ALERTMANAGER_SECRET_ID: 'alerts-token',
          }),
        },
      },
      1,
    );
    const readers = statementsOf(stack).filter(({ Resource }) => JSON.stringify(Resource).includes('alerts-token'));
    expect(readers).toHaveLength(1);
  });
});

describe('the approvers', () => {
  it('are nobody where nobody is named', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ APPROVERS: '' }) },
    });
  });
});

describe('the outputs', () => {
  it('name what `restitch --stack` reads, with the clusters that alerts may name', () => {
    const { Outputs } = Template.fromStack(synthesized({ names: ['eu', 'us'] })).toJSON();
    expect(Object.keys(Outputs)).toEqual(
      expect.arrayContaining(['TableName', 'QueueUrl', 'WebhookUrl', 'WebhookSecretArn', 'DecisionUrl', 'Clusters']),
    );
    expect(Outputs.Clusters).toEqual({ Value: 'eu,us' });
  });
});
