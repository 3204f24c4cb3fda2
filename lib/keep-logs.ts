import type { Stack } from 'aws-cdk-lib';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';

/** How long the logs of every function are kept. Call it when all of them are there. */
export function keepLogs(stack: Stack, days: number): void {
  for (const one of stack.node.findAll()) if (one instanceof CfnLogGroup) one.retentionInDays = days;
}
