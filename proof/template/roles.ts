import * as z from 'zod';
import type { AwsCall, TouchedResource } from './aws-call.ts';
import type { Resolve } from './physical-names.ts';
import { resourcesOf, type SynthesizedTemplate } from './synthesized-template.ts';

const Strings = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const Statement = z.object({
  Effect: z.literal('Allow'),
  Action: Strings,
  Resource: Strings,
  Condition: z.record(z.string(), z.record(z.string(), Strings)).default({}),
});
type Statement = z.infer<typeof Statement>;

const Policy = z.object({ PolicyDocument: z.object({ Statement: z.array(Statement) }), Roles: z.array(z.string()) });

/** The part of AWS's managed policies that is about calls which functions make here. Their texts are not in the template. */
const managed: Readonly<Record<string, Statement>> = {
  AWSLambdaBasicDurableExecutionRolePolicy: {
    Effect: 'Allow',
    Action: ['lambda:CheckpointDurableExecution', 'lambda:GetDurableExecutionState'],
    Resource: ['*'],
    Condition: {},
  },
};

/** Whether the role of a function (its logical id) allows a call, by the policies of the template. There is no `Deny` in them. */
export function createRoles(
  template: SynthesizedTemplate,
  resolve: Resolve,
): (functionId: string, call: AwsCall) => boolean {
  const policies = resourcesOf(template, 'AWS::IAM::Policy').map(([, { Properties }]) =>
    Policy.parse(resolve(Properties)),
  );
  const roles = new Map(
    resourcesOf(template, 'AWS::Lambda::Function').map(([functionId, { Properties }]) => {
      const roleId = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }).parse(Properties['Role'])[
        'Fn::GetAtt'
      ][0];
      const own = policies
        .filter(({ Roles }) => Roles.includes(roleId))
        .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
      const managedText = JSON.stringify(template.resources[roleId]?.Properties['ManagedPolicyArns'] ?? []);
      const ofAws = Object.entries(managed).flatMap(([name, statement]) =>
        managedText.includes(name) ? [statement] : [],
      );
      return [functionId, [...own, ...ofAws]] as const;
    }),
  );
  return (functionId, { action, touches }) =>
    touches.every((touched) => (roles.get(functionId) ?? []).some((statement) => allows(statement, action, touched)));
}

function allows(
  { Action, Resource, Condition }: Statement,
  action: string,
  { arn, context }: TouchedResource,
): boolean {
  return (
    Action.some((pattern) => matches(pattern, action)) &&
    Resource.some((pattern) => matches(pattern, arn)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => holds(operator, wanted, context[key])),
    )
  );
}

/** Throws for an operator that it does not know, so that no condition is passed over. */
function holds(operator: string, wanted: readonly string[], given: readonly string[] | undefined): boolean {
  const like = (value: string) => wanted.some((pattern) => matches(pattern, value));
  switch (operator) {
    case 'ForAllValues:StringLike':
      return (given ?? []).every(like);
    case 'StringLike':
      return given?.every(like) === true;
    case 'StringEquals':
      return given?.every((value) => wanted.includes(value)) === true;
    case 'Null':
      return wanted.includes(String(given === undefined));
    default:
      throw new TypeError(`the condition ${operator} is not known here`);
  }
}

/** `*` and `?`, as in policies: they match every character. */
function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(text);
}
