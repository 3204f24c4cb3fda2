import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RestitchFunction } from './restitch-function.ts';

/** A secret. `secretFullArn`: with the six characters that Secrets Manager puts behind its name, where they are known. */
interface NamedSecret {
  readonly secretArn: string;
  readonly secretFullArn?: string | undefined;
}

/** Allows reading the value of one secret. */
export function allowSecret(reader: RestitchFunction, { secretFullArn, secretArn }: NamedSecret): void {
  reader.addToRolePolicy(
    new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue'],
      resources: [secretFullArn ?? `${secretArn}-??????`],
    }),
  );
}
