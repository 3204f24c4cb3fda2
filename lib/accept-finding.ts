import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import * as z from 'zod';

const Reference = z.object({ Ref: z.string() });
const Attribute = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const Joined = z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) });

/** Accepts that cdk-nag finds a wildcard in a resource that this construct's role has, with the reason. */
export function acceptWildcard(owner: IConstruct, arn: string, reason: string): void {
  const resource = shown(Stack.of(owner).resolve(arn));
  Validations.of(owner).acknowledge({ id: `AwsSolutions::AwsSolutions-IAM5[Resource::${resource}]`, reason });
}

/** Accepts that cdk-nag finds a managed policy of AWS in this construct's role, with the reason. */
export function acceptManagedPolicy(owner: IConstruct, policy: string, reason: string): void {
  const id = `AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${policy}]`;
  Validations.of(owner).acknowledge({ id, reason });
}

/** Accepts that cdk-nag finds a secret that AWS does not rotate, with the reason. */
export function acceptUnrotated(secret: IConstruct, reason: string): void {
  Validations.of(secret).acknowledge({ id: 'AwsSolutions::AwsSolutions-SMG4', reason });
}

/** An ARN as cdk-nag shows it: `arn:<AWS::Partition>:…`. */
function shown(part: unknown): string {
  const reference = Reference.safeParse(part);
  if (reference.success) return `<${reference.data.Ref}>`;
  const attribute = Attribute.safeParse(part);
  if (attribute.success) return `<${attribute.data['Fn::GetAtt'].join('.')}>`;
  const joined = Joined.safeParse(part);
  return joined.success ? joined.data['Fn::Join'][1].map(shown).join('') : String(part);
}
