import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readConfiguration } from '../../configuration/read-configuration.ts';
import { RestitchStack } from '../../lib/restitch-stack.ts';
import { stackSettings } from '../../lib/stack-settings.ts';
import { onboardingDefinitions } from '../../runbooks/documents/onboarding-documents.ts';
import { configurationText } from '../unit/configuration/configuration-text.ts';

/** The template of the smallest configuration with these lines for its cluster. */
function templateWith(lines = ''): Template {
  const reading = readConfiguration(configurationText('', lines));
  if (reading.type === 'invalid') throw new Error(JSON.stringify(reading.findings));
  const { configuration } = reading;
  const [cluster] = configuration.clusters;
  if (cluster === undefined) throw new Error('no cluster');
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  return Template.fromStack(new RestitchStack(app, 'Restitch', { settings: stackSettings([cluster], configuration) }));
}

const Document = z.looseObject({
  DeletionPolicy: z.string().optional(),
  Properties: z.object({ Name: z.string(), Content: z.looseObject({}), TargetType: z.string() }).loose(),
});

function documentsOf(template: Template) {
  return Object.values(template.findResources('AWS::SSM::Document')).map((each) => Document.parse(each));
}

const onboarding = (template: Template) =>
  documentsOf(template)
    .map(({ Properties: { Name } }) => Name)
    .filter((name) => /-(check-node|install-watchdog)-/.test(name));

describe('the onboarding of nodes', () => {
  it('is a document that checks them, and nothing that changes one unless the file says so', () => {
    for (const lines of ['', '    watchdog: { install: false, maxErrors: "1" }\n']) {
      const template = templateWith(lines);
      expect(onboarding(template)).toEqual([expect.stringMatching(/^Restitch-check-node-[0-9a-f]{12}$/)]);
      template.resourceCountIs('AWS::SSM::Association', 0);
      template.hasOutput('CheckNodeDocument', { Value: onboarding(template)[0] });
    }
  });

  it('installs the watchdog by an order with limits, on instances that are tagged for this cluster', () => {
    const template = templateWith(
      '    watchdog: { install: true, atOnce: "2", maxErrors: 5%, textfileFolder: /srv/text }\n',
    );
    const name = onboarding(template).find((each) => each.includes('install-watchdog'));
    template.resourceCountIs('AWS::SSM::Association', 1);
    template.hasResourceProperties('AWS::SSM::Association', {
      Name: name,
      Targets: [{ Key: 'tag:restitch:watchdog', Values: ['gpu-fleet'] }],
      Parameters: { mode: ['install'], textfileFolder: ['/srv/text'] },
      ScheduleExpression: 'rate(6 hours)',
      MaxConcurrency: '2',
      MaxErrors: '5%',
    });
    const [association] = Object.values(template.findResources('AWS::SSM::Association'));
    expect(association).toMatchObject({ DependsOn: [expect.stringMatching(/^installwatchdog/)] });
  });

  it('gives every parameter of the order a value that the document takes', () => {
    const [association] = Object.values(
      templateWith('    watchdog: { install: true }\n').findResources('AWS::SSM::Association'),
    );
    const given = z.record(z.string(), z.tuple([z.string()])).parse(association?.['Properties'].Parameters);
    const { parameters } = onboardingDefinitions['install-watchdog'];
    expect(Object.keys(given).toSorted()).toEqual(Object.keys(parameters).toSorted());
    for (const [key, [value]] of Object.entries(given))
      expect(value).toMatch(new RegExp(parameters[key]?.allowedPattern ?? '^$'));
  });

  it('is sent by no function', () => {
    const template = templateWith('    watchdog: { install: true }\n');
    const policies = JSON.stringify(template.findResources('AWS::IAM::Policy'));
    expect(policies).toContain('document/Restitch-apply-');
    expect(policies).not.toMatch(/check-node|install-watchdog/);
  });
});

describe('a wrong watchdog in the file', () => {
  const said = (cluster: string, name = 'gpu-fleet') => {
    const text = configurationText('', cluster).replace('gpu-fleet', name);
    const reading = readConfiguration(text);
    return reading.type === 'invalid' ? reading.findings.map((finding) => `${finding.at.line}: ${finding.text}`) : [];
  };

  it.each([
    [
      '    watchdog: { install: perhaps }\n',
      '5: clusters[0].watchdog.install: "perhaps" is not right: write true or false',
    ],
    ['    watchdog: { atOnce: "0%" }\n', '5: clusters[0].watchdog.atOnce: "0%" is not right: write a number'],
    ['    watchdog: { maxErrors: 101% }\n', '5: clusters[0].watchdog.maxErrors: "101%" is not right'],
    [
      '    watchdog: { textfileFolder: here }\n',
      '5: clusters[0].watchdog.textfileFolder: "here" is not right: write a path',
    ],
  ])('is told with its line: %j', (cluster, text) => {
    expect(said(cluster)).toEqual([expect.stringContaining(text)]);
  });

  it('is a cluster whose name cannot be the value of a tag', () => {
    expect(said('    watchdog: { install: true }\n', 'gpu#1')).toEqual([
      expect.stringContaining('a tag cannot have the value gpu#1'),
    ]);
    expect(said('    watchdog: { install: false }\n', 'gpu#1')).toEqual([]);
  });
});
