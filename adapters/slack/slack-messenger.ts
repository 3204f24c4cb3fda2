import type { Block as SlackBlock, WebClient } from '@slack/web-api';
import type { MessageRef, Messenger } from '../../core/incident/messenger.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import { approvalMessage, noticeMessage, type SlackMessage, settledApprovalMessage } from './blocks.ts';

/**
 * Slack's Web API behind the `Messenger` port. `connect` is called for every message, so that a rotated token is seen; when it
 * rejects, only that message fails. The client itself waits for `Retry-After` when it is told to slow down.
 */
export function createSlackMessenger(connect: () => Promise<WebClient>, channel: string): Messenger {
  const post = (message: SlackMessage) =>
    guarded(async () => {
      const client = await connect();
      const answer = await client.chat.postMessage({ channel, ...toArguments(message) });
      return { channel: answer.channel ?? channel, ts: answer.ts ?? '' };
    });
  const update = (ref: MessageRef, message: SlackMessage) =>
    guarded(async () => {
      const client = await connect();
      await client.chat.update({ channel: ref.channel, ts: ref.ts, ...toArguments(message) });
    });
  return {
    postNotice: (notice) => post(noticeMessage(notice)),
    updateNotice: (ref, notice) => update(ref, noticeMessage(notice)),
    askApproval: (approval) => post(approvalMessage(approval)),
    settleApproval: (ref, approval) => update(ref, settledApprovalMessage(approval)),
  };
}

function toArguments({ text, blocks }: SlackMessage): { readonly text: string; readonly blocks: SlackBlock[] } {
  return { text, blocks: blocks.map((block) => ({ ...block, type: String(block['type']) })) };
}

async function guarded<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof RestitchError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const message = error instanceof Error ? error.message : String(error);
    throw new RestitchError('slack', message, { retryable: code !== 'slack_webapi_platform_error', cause: error });
  }
}
