import { CfnOutput, Duration, type Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { tableAccess } from '../adapters/aws/table-access.ts';
import { acceptUnrotated } from './accept-finding.ts';
import { addAlarm, perMinute } from './add-alarm.ts';
import { addLeftoverQueue } from './add-leftover-queue.ts';
import { allowSecret } from './allow-secret.ts';
import { allowTable } from './allow-table.ts';
import { followTable } from './follow-table.ts';
import { RestitchFunction } from './restitch-function.ts';
import type { StackParts } from './stack-functions.ts';

/** Longer than a batch of posts of which one waits as long as it is told to, and the pause after it. */
const TIMEOUT = Duration.minutes(2);

/**
 * The function that passes questions on to another tool. It follows the table beside the notifier, so that neither waits for the other.
 * Returns the queue of what could not be delivered.
 */
export function addForward(stack: Stack, { table }: StackParts, url: string): Queue {
  const secret = addKeySecret(
    stack,
    'ApprovalWebhookSecret',
    'sign the questions that Restitch posts to the other tool',
  );
  const forward = new RestitchFunction(stack, 'Forward', {
    name: 'forward',
    description: 'Restitch: passes questions on to the approval webhook',
    timeout: TIMEOUT,
    environment: {
      TABLE_NAME: table.tableName,
      APPROVAL_WEBHOOK_URL: url,
      APPROVAL_WEBHOOK_SECRET_ID: secret.secretArn,
    },
  });
  allowSecret(forward, secret);
  allowTable(forward, table, tableAccess.forward);
  const leftovers = addLeftoverQueue(
    stack,
    'UnforwardedQuestions',
    'where the table stream leaves what could not be passed on',
  );
  followTable(forward, table, { batchSize: 10, leftovers, prefix: 'APPROVAL#' });
  addAlarm(
    stack,
    'ForwardLateAlarm',
    'The approval webhook has not taken a question for ten minutes.',
    forward.metric('IteratorAge', perMinute),
    600_000,
  );
  const lost = leftovers.metricApproximateNumberOfMessagesVisible(perMinute);
  addAlarm(stack, 'ForwardLostAlarm', 'The approval webhook took nothing for a day, and misses questions.', lost, 1);
  new CfnOutput(stack, 'ApprovalWebhookSecretArn', { value: secret.secretArn });
  return leftovers;
}

/** Apart from the other key: who passes questions on, or learns that key, cannot answer them. */
export function addAnswerSecret(stack: Stack): Secret {
  const secret = addKeySecret(stack, 'ApprovalAnswerSecret', 'sign the answers that the other tool posts to Restitch');
  new CfnOutput(stack, 'ApprovalAnswerSecretArn', { value: secret.secretArn });
  return secret;
}

/** Letters and digits are base64 where their number is a multiple of four: 44 of them are a key of 33 bytes. */
function addKeySecret(stack: Stack, id: string, what: string): Secret {
  const secret = new Secret(stack, id, {
    description: `Restitch: {"current", "previous"}, the keys of Standard Webhooks that ${what}`,
    generateSecretString: {
      secretStringTemplate: '{}',
      generateStringKey: 'current',
      excludePunctuation: true,
      passwordLength: 44,
    },
  });
  acceptUnrotated(secret, 'Two keys are valid at once, so that the team rotates them with the other tool.');
  return secret;
}
