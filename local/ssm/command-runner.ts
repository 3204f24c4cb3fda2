import { createSsmCommandRunner, type SsmOptions } from '../../adapters/aws/ssm-command-runner.ts';
import type { CommandRunner } from '../../core/runbook/node-command.ts';
import { DocumentEnvironment, deployedDocuments } from '../../functions/document-environment.ts';
import { type Endpoint, ssmClients } from '../aws-clients.ts';
import type { LocalConfig } from '../config.ts';
import { ownDocumentHashes } from './own-documents.ts';

/** Run Command at an endpoint, or at the region's own. What is given counts instead of the configuration. */
export function commandRunner(
  endpoint: Endpoint | undefined,
  config: LocalConfig,
  { instanceTag = config.INSTANCE_TAG, nodeNames }: Partial<Pick<SsmOptions, 'instanceTag' | 'nodeNames'>> = {},
): CommandRunner {
  return createSsmCommandRunner({
    ...ssmClients(endpoint, config.AWS_REGION),
    documents: deployedDocuments(
      config.DOCUMENT_PREFIX,
      DocumentEnvironment.parse({ DOCUMENT_HASHES: ownDocumentHashes() }),
    ),
    instanceTag,
    ...(nodeNames && { nodeNames }),
  });
}
