import type { FuzzTarget } from './target.ts';
import { alertmanagerFile } from './targets/alertmanager-file.ts';
import { alertmanagerWebhook } from './targets/alertmanager-webhook.ts';
import { approvalAnswer } from './targets/approval-answer.ts';
import { configuration } from './targets/configuration.ts';
import { evidence } from './targets/evidence.ts';
import { nodeObject } from './targets/node-object.ts';
import { nodeOutput } from './targets/node-output.ts';
import { slackClick } from './targets/slack-click.ts';
import { slackCommand } from './targets/slack-command.ts';
import { slackEvent } from './targets/slack-event.ts';
import { storedRecord } from './targets/stored-record.ts';

/** Every entrance through which texts from outside come in. */
export const targets: readonly FuzzTarget[] = [
  alertmanagerWebhook,
  slackClick,
  slackCommand,
  slackEvent,
  approvalAnswer,
  nodeOutput,
  evidence,
  nodeObject,
  storedRecord,
  configuration,
  alertmanagerFile,
];
