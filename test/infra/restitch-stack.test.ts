import { App, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { RestitchStack } from '../../lib/restitch-stack.ts';
import { stackSettings } from '../../lib/stack-settings.ts';

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
  template = Template.fromStack(new RestitchStack(app, 'Restitch', { settings: stackSettings(app.node) }));
});

const statements = () => statementsOf(template);

/** Every statement of every policy. */
function statementsOf(synthesized: Template) {
  return Object.values(synthesized.findResources('AWS::IAM::Policy')).flatMap(
    (resource) => Policy.parse(resource).Properties.PolicyDocument.Statement,
  );
}

const actionsOf = ({ Action }: z.infer<typeof Statement>) => (typeof Action === 'string' ? [Action] : Action);

describe('least privilege', () => {
  it('allows commands only with own documents, on tagged instances', () => {
    const sends = statements().filter((statement) => actionsOf(statement).includes('ssm:SendCommand'));
    expect(sends).toHaveLength(2);
    const [documents, instances] = sends;
    expect(JSON.stringify(documents?.Resource)).toMatch(/document\/Restitch-apply/);
    expect(JSON.stringify(documents?.Resource)).not.toMatch(/document\/(\*|AWS-)/);
    expect(instances).toMatchObject({ Condition: { StringLike: { 'ssm:resourceTag/restitch:node': '*' } } });
  });

  it('has a wildcard resource only for calls that take no resource', () => {
    const open = statements().filter(({ Resource }) => Resource === '*');
    expect(open.flatMap(actionsOf).toSorted()).toEqual([
      'ssm:DescribeInstanceInformation',
      'ssm:GetCommandInvocation',
      'ssm:ListCommands',
    ]);
  });

  it('has no wildcard action, and deletes nothing from the table', () => {
    const all = statements().flatMap(actionsOf);
    expect(all.filter((action) => action.includes('*') && !action.startsWith('kms:'))).toEqual([]);
    expect(all.filter((action) => /^dynamodb:(Delete|Scan|Update)/.test(action))).toEqual([]);
  });
});

describe('the rights on route tables', () => {
  const tables = ['rtb-0123456789abcdef0', 'rtb-0fedcba9876543210'];

  function rightsWith(routeTables: readonly string[]) {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [], restitch: { routeTables } } });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const stack = new RestitchStack(app, 'Restitch', { settings: stackSettings(app.node) });
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

  it('are not given for anything that is not a route table id', () => {
    expect(() => rightsWith(['*'])).toThrow(/routeTables/);
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
    template.hasResourceProperties('AWS::Lambda::Alias', { Name: 'live' });
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

  it('is known to the notifier and the approvals alone: no other role may read its secret', () => {
    const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
    const readers = policies.filter(([, policy]) => JSON.stringify(policy).includes('{"Ref":"SlackSecret'));
    expect(readers.map(([id]) => id.replace(/ServiceRole.*$/, '')).toSorted()).toEqual(['Approval', 'Notify']);
  });
});

describe('what must outlive a mistake', () => {
  it('is a table with point-in-time recovery that a deletion of the stack keeps', () => {
    template.hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Retain' });
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
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

function synthesized(restitch: Readonly<Record<string, unknown>>) {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [], restitch } });
  return new RestitchStack(app, 'Restitch', { settings: stackSettings(app.node) });
}

describe('the cluster', () => {
  const eks = { name: 'fleet', endpoint: 'https://fleet.eks.example', ca: 'Y2E=' };

  it('must be named: without one, synth fails', () => {
    const error = Match.stringLikeRegexp('set eks or kubeconfigSecret');
    Annotations.fromStack(synthesized({})).hasError('/Restitch', error);
    for (const cluster of [{ eks }, { kubeconfigSecret: 'kubeconfig' }])
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
    const restitch = { kubeconfigSecret: 'k', clusters: ['gpu-fleet'], defaultCluster: 'old-name' };
    Template.fromStack(synthesized(restitch)).resourcePropertiesCountIs(
      'AWS::Lambda::Function',
      { Environment: { Variables: Match.objectLike({ CLUSTERS: 'gpu-fleet,old-name' }) } },
      4,
    );
  });

  it('are the name on EKS, where nothing else is said', () => {
    const eks = { name: 'prod', endpoint: 'https://eks.example', ca: 'Y2E=' };
    Template.fromStack(synthesized({ eks })).resourcePropertiesCountIs(
      'AWS::Lambda::Function',
      { Environment: { Variables: Match.objectLike({ CLUSTERS: 'prod' }) } },
      4,
    );
  });

  it('must be given: without one, synth fails', () => {
    const errors = Annotations.fromStack(synthesized({ kubeconfigSecret: 'k' })).findError('*', Match.anyValue());
    expect(JSON.stringify(errors)).toContain('set clusters');
  });
});

describe('the heartbeat of sweep', () => {
  it('has an alarm for each name of the cluster that also fires when nothing comes', () => {
    const stack = Template.fromStack(synthesized({ kubeconfigSecret: 'k', clusters: ['gpu-fleet', 'old-name'] }));
    stack.hasResourceProperties('AWS::Logs::MetricFilter', { FilterPattern: '{ $.event = "sweep-heartbeat" }' });
    for (const Value of ['gpu-fleet', 'old-name']) {
      stack.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Dimensions: [{ Name: 'Cluster', Value }],
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        TreatMissingData: 'breaching',
      });
    }
  });
});

describe('the Alertmanager that sweep asks', () => {
  const alertmanager = { url: 'https://alerts.example', tokenSecret: 'alerts-token' };

  it('is named to sweep, which alone may read its token', () => {
    const stack = Template.fromStack(synthesized({ kubeconfigSecret: 'k', clusters: ['c'], alertmanager }));
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

describe('the settings', () => {
  it('reach intake, runbook and sweep through the environment', () => {
    const environment = { CLUSTER_LABELS: 'k8s_cluster', STABLE_SECONDS: '90', RECHECK_SECONDS: '600' };
    Template.fromStack(synthesized({ environment })).resourcePropertiesCountIs(
      'AWS::Lambda::Function',
      { Environment: { Variables: Match.objectLike(environment) } },
      3,
    );
  });

  it.each([
    ['a wrong value', { STABLE_SECONDS: 'soon' }, /STABLE_SECONDS/],
    ['an instance tag that the roles do not know', { INSTANCE_TAG: 'other' }, /set instanceTag instead/],
    ['a document prefix that the roles do not know', { DOCUMENT_PREFIX: 'Other' }, /set documentPrefix instead/],
    ['names of the cluster that dispatch does not get', { CLUSTERS: 'lab' }, /set clusters instead/],
    ['a route table that the roles do not know', { ROUTE_TABLES: 'rtb-0123456789abcdef0' }, /set routeTables instead/],
  ])('refuse %s in the environment', (_, environment, message) => {
    expect(() => synthesized({ environment })).toThrow(message);
  });

  it('name the key that is wrong', () => {
    const app = new App({ context: { restitch: { approvers: 'alice', unknown: 1 } } });
    expect(() => stackSettings(app.node)).toThrow(/approvers[\s\S]*unknown|unknown[\s\S]*approvers/);
  });

  it('without approvers let nobody approve', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ APPROVERS: '' }) },
    });
  });
});

describe('the outputs', () => {
  it('name what `restitch --stack` reads, with the clusters that alerts may name', () => {
    const restitch = { clusters: ['eu', 'us'] };
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [], restitch } });
    const { Outputs } = Template.fromStack(
      new RestitchStack(app, 'Restitch', { settings: stackSettings(app.node) }),
    ).toJSON();
    expect(Object.keys(Outputs)).toEqual(
      expect.arrayContaining(['TableName', 'QueueUrl', 'WebhookUrl', 'WebhookSecretArn', 'Clusters']),
    );
    expect(Outputs.Clusters).toEqual({ Value: 'eu,us' });
  });
});
