import { Aws, type Stack } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { RestitchFunction } from './restitch-function.ts';

/** What CDK's own grants for a table and a queue with such a key have (`Key.grantEncryptDecrypt`), spelt out. */
const ACTIONS = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/**
 * Encrypts every table, queue and secret of the stack with the customer's key, and lets every function use it, but through these
 * services only. Call it when all of them are there.
 */
export function encryptWith(stack: Stack, keyArn: string): void {
  for (const one of stack.node.findAll()) {
    if (one instanceof CfnTable) one.sseSpecification = { sseEnabled: true, sseType: 'KMS', kmsMasterKeyId: keyArn };
    if (one instanceof CfnSecret) one.kmsKeyId = keyArn;
    if (one instanceof CfnQueue) {
      one.kmsMasterKeyId = keyArn;
      one.sqsManagedSseEnabled = undefined;
    }
    if (one instanceof RestitchFunction) one.addToRolePolicy(useOf(keyArn));
  }
}

function useOf(keyArn: string): PolicyStatement {
  const services = ['dynamodb', 'secretsmanager', 'sqs'].map((name) => `${name}.${Aws.REGION}.${Aws.URL_SUFFIX}`);
  return new PolicyStatement({
    actions: ACTIONS,
    resources: [keyArn],
    conditions: { StringEquals: { 'kms:ViaService': services } },
  });
}
