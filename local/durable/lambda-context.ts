import type { Context } from 'aws-lambda';

/** Lambda's longest invocation. One machine sets no end; the SDK only bounds its polling by what is left. */
const INVOCATION_MS = 900_000;

/** What Lambda tells a function about its invocation. */
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
