import type { Block as SlackBlock, WebClient } from '@slack/web-api';
import * as z from 'zod';
import type { MessageRef, Messenger } from '../../core/incident/messenger.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import { approvalMessage, noticeMessage, type SlackMessage, settledApprovalMessage } from './blocks.ts';

/**
 * Slack's Web API behind the `Messenger` port. `connect` is called for every message, so that a rotated token is seen; when it
 * rejects, only that message fails.
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

/** Slack's errors about one message. Sent again it would be refused again; every other error may pass, or be put right by a person. */
const aboutTheMessage = new Set([
  'cant_update_message',
  'edit_window_closed',
  'invalid_arguments',
  'invalid_blocks',
  'invalid_blocks_format',
  'message_not_found',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
]);

/** A platform error's data. */
const Refusal = z.object({ data: z.object({ error: z.string() }) });

async function guarded<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof RestitchError) throw error;
    const refusal = Refusal.safeParse(error).data?.data.error;
    const message = error instanceof Error ? error.message : String(error);
    const retryable = refusal === undefined || !aboutTheMessage.has(refusal);
    throw new RestitchError('slack', message, { retryable, cause: error });
  }
}
