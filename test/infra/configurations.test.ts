import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Configuration } from '../../configuration/configuration.ts';
import { readConfiguration } from '../../configuration/read-configuration.ts';
import { addStacks } from '../../lib/add-stacks.ts';
import { cdkContext } from './cdk-context.ts';

const root = join(import.meta.dirname, '..', '..');

function configurationOf(file: string): Configuration {
  const reading = readConfiguration(readFileSync(join(root, file), 'utf8'));
  if (reading.type === 'invalid') throw new Error(JSON.stringify(reading.findings));
  return reading.configuration;
}

/** The stacks of a file, checked by cdk-nag as `cdk synth` does. */
function templatesOf(file: string): readonly Template[] {
  const app = new App({ context: { ...cdkContext(), 'aws:cdk:bundling-stacks': [] } });
  const stacks = addStacks(app, configurationOf(file));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
  return stacks.map((stack) => Template.fromStack(stack));
}

const Alarm = z.looseObject({ Properties: z.looseObject({ AlarmActions: z.array(z.string()).default([]) }) });

function alarmActions(template: Template | undefined) {
  const alarms = Object.values(template?.findResources('AWS::CloudWatch::Alarm') ?? {});
  return alarms.map((alarm) => Alarm.parse(alarm).Properties.AlarmActions);
}

describe('what cdk-nag finds', () => {
  it('is accepted where it is, with a reason, and never for a whole stack', () => {
    const app = new App({ context: { ...cdkContext(), 'aws:cdk:bundling-stacks': [] } });
    const stacks = addStacks(app, configurationOf('restitch.config.yaml'));
    const owners = app.node.findAll().filter(({ node }) => node.metadata.some(isAcceptance));
    expect(owners.length).toBeGreaterThan(8);
    expect(owners.filter((owner) => owner === app || stacks.some((stack) => stack === owner))).toEqual([]);
  });
});

function isAcceptance({ type }: { readonly type: string }): boolean {
  return type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY;
}

describe('the smallest configuration, one K3s cluster', () => {
  let templates: readonly Template[] = [];
  beforeAll(() => {
    templates = templatesOf('restitch.config.yaml');
  });

  it('is one stack with the function URLs of webhook, Slack and command line, and nothing of a VPC or EKS', () => {
    expect(templates).toHaveLength(1);
    templates[0]?.resourceCountIs('AWS::Lambda::Url', 3);
    templates[0]?.resourceCountIs('AWS::EKS::AccessEntry', 0);
    expect(JSON.stringify(templates[0]?.toJSON())).not.toContain('VpcConfig');
  });

  it('tells nobody of alarms, because it says why', () => {
    expect(new Set(alarmActions(templates[0]).flat())).toEqual(new Set());
  });
});

describe('the largest configuration, two EKS clusters in VPCs', () => {
  let templates: readonly Template[] = [];
  beforeAll(() => {
    templates = templatesOf('deploy/configuration/two-eks-clusters.yaml');
  });

  it('is a stack for each cluster, each with the names of its own', () => {
    const names = templates.map((template) => template.toJSON()['Outputs'].Clusters.Value);
    expect(names).toEqual(['frankfurt,eu-old', 'oregon']);
    const prefixes = ['Restitch', 'RestitchOregon'];
    for (const [at, prefix] of prefixes.entries())
      templates[at]?.hasResourceProperties('AWS::SSM::Document', { Name: Match.stringLikeRegexp(`^${prefix}-`) });
  });

  it('sends every alarm, and its end, to the topic of the region', () => {
    const topics = ['arn:aws:sns:eu-central-1:111122223333:on-call', 'arn:aws:sns:us-west-2:444455556666:on-call'];
    for (const [at, topic] of topics.entries()) {
      const actions = alarmActions(templates[at]);
      expect(actions.length).toBeGreaterThan(3);
      expect(actions.every((each) => each.length === 1 && each[0] === topic)).toBe(true);
      templates[at]?.allResourcesProperties('AWS::CloudWatch::Alarm', { OKActions: [topic] });
    }
  });

  it('places what calls the Kubernetes API in the VPC, and nothing else', () => {
    const vpc = {
      SubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      SecurityGroupIds: ['sg-0123456789abcdef0'],
    };
    const placed = templates[0]?.findResources('AWS::Lambda::Function', { Properties: { VpcConfig: vpc } }) ?? {};
    expect(Object.keys(placed).map((id) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual(['Runbook', 'Sweep']);
  });

  it('names the roles for access entries, and makes the entries where the file wants them', () => {
    for (const template of templates) {
      template.hasOutput('RunbookRoleArn', {});
      template.hasOutput('SweepRoleArn', {});
    }
    for (const group of ['restitch-runbook', 'restitch-sweep'])
      templates[0]?.hasResourceProperties('AWS::EKS::AccessEntry', {
        ClusterName: 'frankfurt',
        KubernetesGroups: [group],
      });
    templates[1]?.resourceCountIs('AWS::EKS::AccessEntry', 0);
  });

  it('gives every role the permissions boundary', () => {
    templates[0]?.allResourcesProperties('AWS::IAM::Role', {
      PermissionsBoundary: 'arn:aws:iam::111122223333:policy/workload-boundary',
    });
  });

  it('encrypts what it stores with the customer key, which the functions use through its services only', () => {
    const key = 'arn:aws:kms:eu-central-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef';
    templates[0]?.allResourcesProperties('AWS::DynamoDB::Table', { SSESpecification: { KMSMasterKeyId: key } });
    templates[0]?.allResourcesProperties('AWS::SQS::Queue', {
      KmsMasterKeyId: key,
      SqsManagedSseEnabled: Match.absent(),
    });
    templates[0]?.allResourcesProperties('AWS::SecretsManager::Secret', { KmsKeyId: key });
    const functions = Object.keys(templates[0]?.findResources('AWS::Lambda::Function') ?? {});
    const allowed = { Resource: key, Condition: { StringEquals: { 'kms:ViaService': Match.anyValue() } } };
    templates[0]?.resourcePropertiesCountIs(
      'AWS::IAM::Policy',
      { PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(allowed)]) } },
      functions.length,
    );
  });

  it('tags what can be tagged', () => {
    templates[0]?.allResourcesProperties('AWS::Lambda::Function', {
      Tags: Match.arrayWith([{ Key: 'team', Value: 'platform' }]),
    });
  });
});
