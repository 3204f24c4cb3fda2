import { createSsmCommandRunner } from '../../adapters/aws/ssm-command-runner.ts';
import type { CommandRunner } from '../../core/runbook/node-command.ts';
import { type Endpoint, ssmClients } from '../aws-clients.ts';
import type { LocalConfig } from '../config.ts';

/** Run Command at an endpoint, or at the region's own. */
export function commandRunner(endpoint: Endpoint | undefined, config: LocalConfig): CommandRunner {
  return createSsmCommandRunner({
    ...ssmClients(endpoint, config.AWS_REGION),
    documentPrefix: config.DOCUMENT_PREFIX,
    instanceTag: config.INSTANCE_TAG,
  });
}
