import type { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';

const Strings = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const Statement = z.object({
  Effect: z.literal('Allow'),
  Action: Strings,
  Resource: z.unknown(),
  Condition: z.record(z.string(), z.record(z.string(), Strings)).default({}),
});

export type RoleStatement = z.infer<typeof Statement>;

const Policy = z.object({
  Properties: z.object({
    PolicyDocument: z.object({ Statement: z.array(Statement) }),
    Roles: z.array(z.object({ Ref: z.string() })),
  }),
});

/** What the role of a function is allowed, by the construct id of the function: `Approval`. A `Deny` is not expected anywhere. */
export function roleStatements(template: Template, functionId: string): readonly RoleStatement[] {
  const policies = Object.values(template.findResources('AWS::IAM::Policy')).map((policy) => Policy.parse(policy));
  return policies
    .filter(({ Properties }) => Properties.Roles.some(({ Ref }) => Ref.startsWith(`${functionId}ServiceRole`)))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

/** The patterns of partition keys for which a role may do this with the table. */
export function tableKeys(statements: readonly RoleStatement[], action: string): readonly string[] {
  return statements
    .filter(({ Action }) => Action.includes(action))
    .flatMap(({ Condition }) => Condition['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? ['*']);
}
