import type { SQSClient } from '@aws-sdk/client-sqs';
import type { OpenSecret } from '../../adapters/aws/secret-source.ts';
import { createSqsWorkQueue } from '../../adapters/aws/sqs-work-queue.ts';
import type { Log } from '../../core/log.ts';
import type { Metrics } from '../../core/metrics/measurement.ts';
import { HttpEvent, type HttpResponse } from '../http-event.ts';
import type { EnvironmentVariables } from '../parse-environment.ts';
import { alertRulesOf, loadConfig } from './config.ts';
import { intake } from './intake.ts';

export interface IntakeClients {
  readonly sqs: SQSClient;
  /** The webhook secret, read as the tokens that are valid now. */
  readonly tokens: OpenSecret<readonly string[]>;
  readonly log: Log;
  /** Where figures of this stack go. Absent: nobody reads them. */
  readonly metrics?: (stackName: string) => Metrics;
}

/** The intake function. Throws `RestitchError` (code `configuration`) when the environment is wrong. */
export function createIntake(
  environment: EnvironmentVariables,
  { sqs, tokens, log, metrics }: IntakeClients,
): (event: unknown) => Promise<HttpResponse> {
  const config = loadConfig(environment);
  const ports = {
    queue: createSqsWorkQueue(sqs, config.QUEUE_URL),
    tokens: tokens(config.WEBHOOK_SECRET_ID),
    clock: Date.now,
    log,
    ...(metrics && { metrics: metrics(config.STACK_NAME) }),
  };
  const settings = { ...alertRulesOf(config), maxBodyBytes: config.MAX_BODY_BYTES };
  return async (event) => intake(HttpEvent.parse(event), ports, settings);
}
