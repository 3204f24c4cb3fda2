import type { Context } from 'aws-lambda';

/** Lambda's longest invocation. There is no limit on one machine; the SDK bounds its polling by the remaining time. */
const INVOCATION_MS = 900_000;

/** The context that Lambda gives a function. */
export function lambdaContext(requestId: string): Context {
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'restitch-runbook',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:local:000000000000:function:restitch-runbook',
    logGroupName: '/aws/lambda/restitch-runbook',
    logStreamName: 'local',
    memoryLimitInMB: '512',
    getRemainingTimeInMillis: () => INVOCATION_MS,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
