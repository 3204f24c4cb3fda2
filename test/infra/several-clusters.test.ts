import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, it } from 'vitest';
import { readConfiguration } from '../../configuration/read-configuration.ts';
import { addStacks } from '../../lib/add-stacks.ts';
import { describeClusters } from '../../lib/describe-clusters.ts';
import { cdkContext } from './cdk-context.ts';
import { stackClusterOf, stackSettingsOf } from './stack-settings-of.ts';

const file = join(import.meta.dirname, '..', '..', 'deploy', 'configuration', 'several-clusters.yaml');

function synthesized(text: string) {
  const reading = readConfiguration(text);
  if (reading.type === 'invalid') throw new Error(JSON.stringify(reading.findings));
  const app = new App({ context: { ...cdkContext(), 'aws:cdk:bundling-stacks': [] } });
  const stacks = addStacks(app, reading.configuration);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
  return stacks;
}

/** Ids and types of what would be lost with a new id, and of everything else. */
function idsOf(stack: Stack | undefined) {
  const resources = Template.fromStack(stack ?? expect.fail('no stack')).toJSON()['Resources'];
  return Object.entries<{ Type: string }>(resources).map(([id, { Type }]) => `${Type} ${id}`);
}

const BOUNDARY = 'arn:aws:iam::444455556666:policy/workload-boundary';
let stacks: readonly Stack[] = [];
let [main, access]: readonly (Template | undefined)[] = [];

beforeAll(() => {
  stacks = synthesized(readFileSync(file, 'utf8'));
  [main, access] = stacks.map((stack) => Template.fromStack(stack));
});

describe('two clusters with the same stack, one of them in another account', () => {
  it('are one stack, and a small one in that account, which is deployed first', () => {
    expect(stacks.map(({ stackName, account, region }) => [stackName, account, region])).toEqual([
      ['Restitch', '111122223333', 'eu-central-1'],
      ['Restitch-Access-444455556666-eu-west-1', '444455556666', 'eu-west-1'],
    ]);
    expect(stacks[0]?.dependencies).toEqual([stacks[1]]);
  });

  it('share one table, one queue and one set of URLs', () => {
    for (const [type, count] of [
      ['AWS::DynamoDB::Table', 1],
      ['AWS::Lambda::Url', 3],
      ['AWS::Lambda::Function', 6],
    ] as const)
      main?.resourceCountIs(type, count);
    access?.resourceCountIs('AWS::Lambda::Function', 0);
  });

  it('have alarms and figures each, and are both ours for intake and dispatch', () => {
    main?.hasOutput('Clusters', { Value: 'production,research' });
    for (const cluster of ['production', 'research'])
      main?.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Dimensions: Match.arrayWith([{ Name: 'Cluster', Value: cluster }]),
      });
    main?.resourcePropertiesCountIs(
      'AWS::Lambda::Function',
      { Environment: { Variables: Match.objectLike({ CLUSTERS: 'production,research' }) } },
      4,
    );
  });

  it('have the same documents in both accounts, by their names', () => {
    const namesIn = (template: Template | undefined) =>
      Object.values(template?.findResources('AWS::SSM::Document') ?? {}).map(({ Properties }) => Properties.Name);
    const [here, there] = [namesIn(main), namesIn(access)];
    expect(there).toEqual(expect.arrayContaining(here));
    expect(here.length).toBeGreaterThan(7);
  });

  it('have the watchdog on the nodes of that account, from a document there', () => {
    main?.resourceCountIs('AWS::SSM::Association', 0);
    access?.hasResourceProperties('AWS::SSM::Association', {
      Targets: [{ Key: 'tag:restitch:watchdog', Values: ['research'] }],
    });
  });

  it('are told to doctor', () => {
    const outputs = main?.toJSON()['Outputs'];
    expect(JSON.parse(outputs.Cluster2.Value)).toEqual({
      names: ['research'],
      instanceTag: 'restitch:node',
      nodeNames: ['gpu-*'],
      account: '444455556666',
      region: 'eu-west-1',
    });
  });
});

describe('the roles in the other account', () => {
  it.each(['runbook', 'sweep'])('let in the role of %s alone, with the external id', (holder) => {
    const roleName = `Restitch-${holder}-eu-central-1`;
    main?.hasResourceProperties('AWS::IAM::Role', { RoleName: roleName });
    access?.hasResourceProperties('AWS::IAM::Role', {
      RoleName: `Restitch-${holder}-eu-west-1`,
      PermissionsBoundary: BOUNDARY,
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Condition: {
              ArnEquals: {
                'aws:PrincipalArn': `arn:aws:iam::111122223333:role/${roleName}`,
              },
              StringEquals: { 'sts:ExternalId': 'Restitch' },
            },
            Principal: { AWS: 'arn:aws:iam::111122223333:root' },
          },
        ],
      },
    });
  });

  it('are let in by the cluster there, each with the group of its function', () => {
    for (const holder of ['runbook', 'sweep'])
      access?.hasResourceProperties('AWS::EKS::AccessEntry', {
        ClusterName: 'gpu-research',
        KubernetesGroups: [`restitch-${holder}`],
      });
    main?.resourcePropertiesCountIs('AWS::EKS::AccessEntry', { ClusterName: 'gpu-research' }, 0);
  });

  it('may do there what the functions do, and nothing of the function’s own account', () => {
    const allowed = (holder: string) => {
      const policies = Object.entries(access?.findResources('AWS::IAM::Policy') ?? {});
      const [, policy] = policies.find(([id]) => id.startsWith(`${holder}Role`)) ?? [];
      const statements: readonly { Action: string | string[] }[] = policy?.['Properties'].PolicyDocument.Statement;
      return [...new Set(statements.flatMap(({ Action }) => Action))].toSorted();
    };
    const commands = [
      'ssm:DescribeInstanceInformation',
      'ssm:GetCommandInvocation',
      'ssm:ListCommandInvocations',
      'ssm:ListCommands',
      'ssm:SendCommand',
    ];
    const routes = ['ec2:CreateRoute', 'ec2:DeleteRoute', 'ec2:DescribeRouteTables', 'ec2:ReplaceRoute'];
    expect(allowed('Runbook')).toEqual([...routes, ...commands].toSorted());
    expect(allowed('Sweep')).toEqual([...commands, 'ssm:DeleteDocument', 'ssm:ListDocuments'].toSorted());
  });

  it('send to the instances of that cluster alone, and change its route tables alone', () => {
    const text = JSON.stringify(access?.findResources('AWS::IAM::Policy'));
    expect(text).toContain('{"StringLike":{"ssm:resourceTag/restitch:node":["gpu-*"]}}');
    expect(text).toContain('rtb-0fedcba9876543210');
    expect(text).not.toContain('rtb-0123456789abcdef0');
    const own = JSON.stringify(main?.findResources('AWS::IAM::Policy'));
    expect(own).toContain('rtb-0123456789abcdef0');
    expect(own).not.toContain('rtb-0fedcba9876543210');
  });
});

describe('a stack that is deployed for one cluster', () => {
  const lines = (more = '') => `
clusters:
  - name: west
    kubeconfigSecret: west
    nodeNames: [west-*]
    notification: { nobody: this is a test of stacks }
${more}`;
  const second = `
  - name: east
    kubeconfigSecret: east
    nodeNames: [east-*]
    notification: { nobody: this is a test of stacks }
`;

  it('keeps every id when another cluster is added at the end: nothing is replaced', () => {
    const [before] = synthesized(lines());
    const [after] = synthesized(lines(second));
    const ids = idsOf(after);
    // Versions of the runbook are made anew by every change of its code or environment.
    const kept = idsOf(before).filter((id) => !id.startsWith('AWS::Lambda::Version '));
    expect(kept.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('names no role, so that none is replaced', () => {
    const [stack] = synthesized(lines(second));
    for (const role of Object.values(Template.fromStack(stack ?? expect.fail()).findResources('AWS::IAM::Role')))
      expect(role['Properties']).not.toHaveProperty('RoleName');
  });

  it('describes it in the environment, and several in a file', () => {
    const one = describeClusters(stackSettingsOf(), 'runbook');
    expect([one.environment['KUBECONFIG_SECRET_ID'], Object.keys(one.files)]).toEqual(['kubeconfig', []]);
    const served = [
      stackClusterOf({ names: ['a'] }),
      stackClusterOf({ names: ['b', 'c'], nodeNames: ['b-*'] }),
    ] as const;
    const several = describeClusters(stackSettingsOf({ served }), 'runbook');
    expect(several.environment).toEqual({ CLUSTERS: 'a,b,c' });
    expect(JSON.parse(several.files['clusters.json'] ?? '')).toMatchObject([
      { names: ['a'], nodeNames: ['?*'], kubeconfigSecret: 'kubeconfig' },
      { names: ['b', 'c'], nodeNames: ['b-*'] },
    ]);
  });

  it('that serves fifty EKS clusters still has room in the environment of its functions', () => {
    const eks = (name: string) => ({
      name,
      endpoint: 'https://a.example',
      ca: 'Q'.repeat(1_500),
      accessEntries: false,
    });
    const served = Array.from({ length: 50 }, (_, at) =>
      stackClusterOf({ names: [`cluster-${at}`], eks: eks(`cluster-${at}`), kubeconfigSecret: null }),
    );
    const [first = expect.fail(), ...more] = served;
    const { environment } = describeClusters(stackSettingsOf({ served: [first, ...more] }), 'runbook');
    expect(JSON.stringify(environment).length).toBeLessThan(1_000);
  });
});
