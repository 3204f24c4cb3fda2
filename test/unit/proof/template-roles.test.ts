import { describe, expect, it } from 'vitest';
import { createResolve } from '../../../proof/template/physical-names.ts';
import { createRoles } from '../../../proof/template/roles.ts';

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/Table';

/** A function whose role has one statement, on the table that its own template makes. */
function rolesWith(statement: Readonly<Record<string, unknown>>) {
  const Statement = [{ Effect: 'Allow', Resource: { 'Fn::GetAtt': ['Table', 'Arn'] }, ...statement }];
  const resources = {
    Table: { Type: 'AWS::DynamoDB::Table', Properties: {} },
    Role: { Type: 'AWS::IAM::Role', Properties: {} },
    Policy: {
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyDocument: { Statement }, Roles: [{ Ref: 'Role' }] },
    },
    Function: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
    Other: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['OtherRole', 'Arn'] } } },
    OtherRole: { Type: 'AWS::IAM::Role', Properties: {} },
  };
  const template = { resources, codeFolder: () => '' };
  return createRoles(template, createResolve(template, { services: 'http://gate', functionUrls: 'http://urls' }));
}

const reads = (arn: string, keys?: readonly string[]) => ({
  action: 'dynamodb:GetItem',
  touches: [{ arn, context: keys === undefined ? {} : { 'dynamodb:LeadingKeys': keys } }],
});

describe('a role of the template', () => {
  it('allows its action on its resource, and nothing else', () => {
    const mayCall = rolesWith({ Action: 'dynamodb:GetItem' });
    expect(mayCall('Function', reads(table))).toBe(true);
    expect(mayCall('Function', reads(`${table}/index/listing`))).toBe(false);
    expect(mayCall('Function', { ...reads(table), action: 'dynamodb:PutItem' })).toBe(false);
    expect(mayCall('Other', reads(table))).toBe(false);
    expect(mayCall('Nobody', reads(table))).toBe(false);
  });

  it('allows a call on two resources only where both are allowed', () => {
    const mayCall = rolesWith({ Action: ['dynamodb:GetItem'] });
    const both = [table, 'arn:aws:dynamodb:us-east-1:000000000000:table/Other'].map((arn) => ({ arn, context: {} }));
    expect(mayCall('Function', { action: 'dynamodb:GetItem', touches: both })).toBe(false);
  });

  it('allows the keys of its condition, and no call without a key', () => {
    const Condition = {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['PAUSES#all', 'LOCK#(sweep)/*'] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    };
    const mayCall = rolesWith({ Action: 'dynamodb:*', Condition });
    expect(mayCall('Function', reads(table, ['PAUSES#all']))).toBe(true);
    expect(mayCall('Function', reads(table, ['LOCK#(sweep)/pass']))).toBe(true);
    expect(mayCall('Function', reads(table, ['LOCK#lab/gpu-1']))).toBe(false);
    expect(mayCall('Function', reads(table))).toBe(false);
  });

  it('with a condition that nobody here can read is an error', () => {
    const mayCall = rolesWith({ Action: 'dynamodb:*', Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } });
    expect(() => mayCall('Function', reads(table))).toThrow(/IpAddress/);
  });
});
