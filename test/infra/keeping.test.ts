import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import type { Configuration } from '../../configuration/configuration.ts';
import { readConfiguration } from '../../configuration/read-configuration.ts';
import { addStacks } from '../../lib/add-stacks.ts';
import { configurationText } from '../unit/configuration/configuration-text.ts';

function right(text: string): Configuration {
  const reading = readConfiguration(text);
  if (reading.type === 'invalid') throw new Error(JSON.stringify(reading.findings));
  return reading.configuration;
}

function deployed(text: string) {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const [stack] = addStacks(app, right(text));
  if (stack === undefined) throw new Error('no stack');
  return { isProtected: stack.terminationProtection, template: Template.fromStack(stack) };
}

const logGroups = ({ template }: ReturnType<typeof deployed>) =>
  Object.keys(template.findResources('AWS::Logs::LogGroup')).length;

describe('a stack', () => {
  it('is protected from deletion with its table, and keeps logs for 90 days and details for 30', () => {
    const stack = deployed(configurationText());
    expect(stack.isProtected).toBe(true);
    stack.template.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
    stack.template.resourcePropertiesCountIs('AWS::Logs::LogGroup', { RetentionInDays: 90 }, logGroups(stack));
    stack.template.hasResourceProperties('AWS::Lambda::Function', { DurableConfig: { RetentionPeriodInDays: 30 } });
  });

  it('can be removed, and keeps its data for another time, where the file says so', () => {
    const stack = deployed(
      configurationText(
        'settings: { incidents: { receiptDays: 60 } }\n',
        '    stack: { deletionProtection: false, logDays: 400 }\n',
      ),
    );
    expect(stack.isProtected).toBe(false);
    stack.template.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
    stack.template.resourcePropertiesCountIs('AWS::Logs::LogGroup', { RetentionInDays: 400 }, logGroups(stack));
    stack.template.hasResourceProperties('AWS::Lambda::Function', { DurableConfig: { RetentionPeriodInDays: 60 } });
  });

  it.each([
    ['    stack: { logDays: 45 }\n', '', /^5:14 .*logDays: 45 is not right: write one of 7, 14, 30, /],
    ['    stack: { deletionProtection: maybe }\n', '', /^5:14 .*"maybe" is not right: write true or false$/],
    [
      '',
      'settings: { incidents: { receiptDays: 14 } }\n',
      /^5:26 .*14 is not right: write a whole number from 15 to 90/,
    ],
    ['', 'settings: { incidents: { receiptDays: 91 } }\n', /91 is not right: write a whole number from 15 to 90/],
  ])('is refused where %j%j', (cluster, more, message) => {
    const reading = readConfiguration(configurationText(more, cluster));
    const found =
      reading.type === 'read' ? [] : reading.findings.map(({ at, text }) => `${at.line}:${at.column} ${text}`);
    expect(found).toEqual([expect.stringMatching(message)]);
  });
});
