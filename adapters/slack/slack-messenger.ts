import type { Block as SlackBlock, WebClient } from '@slack/web-api';
import * as z from 'zod';
import type { MessageRef, Messenger } from '../../core/incident/messenger.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import type { Approval } from '../../core/safety/approval.ts';
import { approvalMessage, settledApprovalMessage } from './approval-message.ts';
import { clip, type SlackMessage } from './block-kit.ts';
import { type Escalation, escalationMessage, settledEscalationMessage } from './escalation-message.ts';
import { noticeMessage } from './incident-message.ts';

/**
 * Slack's Web API behind the `Messenger` port. `connect` is called for every message, so that a rotated token is seen; when it
 * rejects, only that message fails.
 */
export function createSlackMessenger(
  connect: () => Promise<WebClient>,
  channel: string,
  escalation: Escalation = { channel: undefined, group: undefined },
): Messenger {
  const post = (message: SlackMessage, thread?: MessageRef, to = channel) =>
    guarded(async () => {
      const client = await connect();
      const place = thread === undefined ? { channel: to } : { channel: thread.channel, ...inThread(thread) };
      const answer = await client.chat.postMessage({ ...place, ...toArguments(message) });
      return { channel: answer.channel ?? to, ts: answer.ts ?? '' };
    });
  const linkTo = async (ref: MessageRef | undefined) => {
    if (ref === undefined) return undefined;
    try {
      const answer = await guarded(async () =>
        (await connect()).chat.getPermalink({ channel: ref.channel, message_ts: ref.ts }),
      );
      return answer.permalink;
    } catch (error) {
      // Somebody has removed the question's message: that nobody has answered must still be told.
      if (error instanceof RestitchError && !error.retryable) return undefined;
      throw error;
    }
  };
  const update = (ref: MessageRef, message: SlackMessage) =>
    guarded(async () => {
      const client = await connect();
      await client.chat.update({ channel: ref.channel, ts: ref.ts, ...toArguments(message) });
    });
  return {
    postNotice: (notice) => post(noticeMessage(notice)),
    updateNotice: (ref, notice) => update(ref, noticeMessage(notice)),
    askApproval: async (approval, thread) => {
      const message = messageOf(approval);
      try {
        return await post(message, thread);
      } catch (error) {
        // Somebody has removed the incident's message: the question must still be put.
        if (thread === undefined || !(error instanceof RestitchError) || error.retryable) throw error;
        return post(message);
      }
    },
    reply: ({ channel: asked, user, thread, text }) =>
      guarded(async () => {
        const place = { channel: asked, user, ...(thread === null ? {} : { thread_ts: thread }) };
        const answer = await (await connect()).chat.postEphemeral({ ...place, text: clip(text, MOST_TEXT) });
        return { channel: asked, ts: answer.message_ts ?? '' };
      }),
    escalate: async (approval, question) =>
      post(escalationMessage(approval, escalation, await linkTo(question)), undefined, escalation.channel),
    updateEscalation: (ref, approval) => update(ref, settledEscalationMessage(approval)),
    updateApproval: (ref, approval) => update(ref, messageOf(approval)),
  };
}

function messageOf(approval: Approval): SlackMessage {
  return approval.status === 'pending' ? approvalMessage(approval) : settledApprovalMessage(approval);
}

/** Slack advises 4,000 characters for what notifications and screen readers get. */
const MOST_TEXT = 4_000;

/** A question is news for the whole channel, not only for those who follow the thread. */
function inThread({ ts }: MessageRef) {
  return { thread_ts: ts, reply_broadcast: true } as const;
}

/** What Slack gets of a message. */
export function toArguments({ text, blocks }: SlackMessage): { readonly text: string; readonly blocks: SlackBlock[] } {
  return { text: clip(text, MOST_TEXT), blocks: blocks.map((block) => ({ ...block, type: String(block['type']) })) };
}

/** Slack's errors about one message. Sent again it would be refused again; every other error may pass, or be put right by a person. */
const aboutTheMessage = new Set([
  'cannot_reply_to_message',
  'cant_update_message',
  'edit_window_closed',
  'invalid_arguments',
  'invalid_blocks',
  'invalid_blocks_format',
  'message_not_found',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'thread_not_found',
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
