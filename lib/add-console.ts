import { CfnOutput, Duration, type Stack } from 'aws-cdk-lib';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { tableAccess } from '../adapters/aws/table-access.ts';
import { SettingsEnvironment } from '../functions/console/config.ts';
import { allowTable } from './allow-table.ts';
import { RestitchFunction } from './restitch-function.ts';
import { settingsReadBy } from './settings-read-by.ts';
import type { StackParts } from './stack-functions.ts';
import { urlCallers } from './url-callers.ts';

/**
 * The console page, for people whom AWS knows. The function reads the table and can do nothing else: no queue, no secret and no
 * execution is within its reach.
 */
export function addConsole(stack: Stack, { settings, table }: StackParts): void {
  const page = new RestitchFunction(stack, 'Console', {
    name: 'console',
    description: 'Restitch: shows the fleet and its incidents',
    timeout: Duration.seconds(15),
    reservedConcurrency: settings.concurrency.console,
    environment: {
      TABLE_NAME: table.tableName,
      STACK_NAME: stack.stackName,
      APPROVERS: settings.approvers.join(','),
      ...settingsReadBy(SettingsEnvironment, settings),
    },
  });
  allowTable(page, table, tableAccess.console);
  const { url } = page.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  const policy = urlCallers(stack, 'ConsoleViewers', page.functionArn, 'Restitch: may look at the console page');
  // `restitch console --stack` reads it: adapters/aws/stack-outputs.ts.
  new CfnOutput(stack, 'ConsoleUrl', { value: url });
  new CfnOutput(stack, 'ConsolePolicyArn', { value: policy.managedPolicyArn });
}
