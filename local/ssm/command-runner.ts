import { createSsmCommandRunner } from '../../adapters/aws/ssm-command-runner.ts';
import type { CommandRunner } from '../../core/runbook/node-command.ts';
import { type Endpoint, ssmClient } from '../aws-clients.ts';
import type { LocalConfig } from '../config.ts';

const SEND_ATTEMPTS = 1;
const READ_ATTEMPTS = 3;

/** Run Command at an endpoint, or at the region's own. */
export function commandRunner(endpoint: Endpoint | undefined, config: LocalConfig): CommandRunner {
  return createSsmCommandRunner({
    client: ssmClient(endpoint, config.AWS_REGION, READ_ATTEMPTS),
    sendClient: ssmClient(endpoint, config.AWS_REGION, SEND_ATTEMPTS),
    documentPrefix: config.DOCUMENT_PREFIX,
    instanceTag: config.INSTANCE_TAG,
  });
}
