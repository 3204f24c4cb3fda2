import type { BackingServices } from './backing-services.ts';
import type { LocalConfig } from './config.ts';
import { ownDocumentHashes } from './ssm/own-documents.ts';

/**
 * What the stack gives the functions, under the same names: the team's settings as they were given, and where the backing
 * services are. Each function's own schema reads it. `queueUrl`: the queue between intake and dispatch.
 */
export function functionEnvironment(
  config: LocalConfig,
  { cloudRoutes, slack }: Pick<BackingServices, 'cloudRoutes' | 'slack'>,
  queueUrl: string,
): Readonly<Record<string, string>> {
  return {
    ...config.defaults,
    ...config.settings,
    // These three have other defaults here than in the stack.
    CLUSTERS: config.CLUSTERS.join(','),
    STABLE_SECONDS: String(config.STABLE_SECONDS),
    ROUTE_TABLES: cloudRoutes.tables.join(','),
    QUEUE_URL: queueUrl,
    TABLE_NAME: config.TABLE_NAME,
    STACK_NAME: 'local',
    RUNBOOK_FUNCTION: 'runbook',
    DOCUMENT_HASHES: ownDocumentHashes(),
    WEBHOOK_SECRET_ID: 'webhook',
    ...(config.ALERTMANAGER_TOKEN === undefined ? {} : { ALERTMANAGER_SECRET_ID: 'alertmanager' }),
    SLACK_SECRET_ID: 'slack',
    SLACK_SIGNING_SECRET_ID: 'slack-signing',
    SLACK_CHANNEL: config.SLACK_CHANNEL,
    ...(config.SLACK_ESCALATION_CHANNEL && { SLACK_ESCALATION_CHANNEL: config.SLACK_ESCALATION_CHANNEL }),
    ...(config.SLACK_ESCALATION_GROUP && { SLACK_ESCALATION_GROUP: config.SLACK_ESCALATION_GROUP }),
    ...(config.APPROVAL_WEBHOOK_URL && {
      APPROVAL_WEBHOOK_URL: config.APPROVAL_WEBHOOK_URL,
      APPROVAL_WEBHOOK_SECRET_ID: 'approval-webhook',
      APPROVAL_ANSWER_SECRET_ID: 'approval-answer',
    }),
    SLACK_API_URL: slack.apiUrl,
    APPROVERS: slack.approvers.join(','),
    SLACK_WORKSPACES: slack.place.workspace,
    SLACK_APPS: slack.place.app,
    SLACK_COMMAND_CHANNELS: slack.place.channel,
  };
}
