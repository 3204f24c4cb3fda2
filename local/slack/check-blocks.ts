import * as z from 'zod';

/**
 * Slack's own limits for the blocks that Restitch sends (docs.slack.dev, "Block Kit"). A text of a message must have at least one
 * character; the length is that of the text as it is sent, with its escapes.
 */
const text = (most: number, type?: 'plain_text' | 'mrkdwn') =>
  z.strictObject({
    type: type === undefined ? z.enum(['plain_text', 'mrkdwn']) : z.literal(type),
    text: z.string().min(1).max(most),
    emoji: z.boolean().optional(),
    verbatim: z.boolean().optional(),
  });
const blockId = z.string().max(255).optional();

const Button = z.strictObject({
  type: z.literal('button'),
  action_id: z.string().min(1).max(255),
  text: text(75, 'plain_text'),
  value: z.string().max(2_000),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: z
    .strictObject({
      title: text(100, 'plain_text'),
      text: text(300),
      confirm: text(30, 'plain_text'),
      deny: text(30, 'plain_text'),
    })
    .optional(),
});

const Block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('header'), block_id: blockId, text: text(150, 'plain_text') }),
  z
    .strictObject({
      type: z.literal('section'),
      block_id: blockId,
      text: text(3_000).optional(),
      fields: z.array(text(2_000)).min(1).max(10).optional(),
      accessory: Button.optional(),
    })
    .refine((section) => section.text !== undefined || section.fields !== undefined, 'a section needs text or fields'),
  z.strictObject({ type: z.literal('context'), block_id: blockId, elements: z.array(text(3_000)).min(1).max(10) }),
  z.strictObject({ type: z.literal('actions'), block_id: blockId, elements: z.array(Button).min(1).max(25) }),
  z.strictObject({
    type: z.literal('input'),
    block_id: blockId,
    label: text(2_000, 'plain_text'),
    optional: z.boolean().optional(),
    element: z.strictObject({
      type: z.literal('plain_text_input'),
      action_id: z.string().min(1).max(255),
      max_length: z.int().min(1).max(3_000).optional(),
      placeholder: text(150, 'plain_text').optional(),
    }),
  }),
]);

/** Not documented: Slack refuses messages whose blocks have more characters in all than about this (slackapi/bolt-js#2509). */
const MOST_CHARACTERS = 13_000;

/** How Slack would refuse these blocks, and why; undefined: it takes them. */
export function whyRefused(blocks: readonly unknown[]): { readonly error: string; readonly why: string } | undefined {
  const parsed = z.array(Block).max(50).safeParse(blocks);
  if (!parsed.success) return { error: 'invalid_blocks', why: z.prettifyError(parsed.error) };
  const ids = parsed.data.flatMap((block) => {
    if (block.type === 'actions') return block.elements.map(({ action_id }) => `${block.block_id ?? ''}/${action_id}`);
    return [];
  });
  if (new Set(ids).size < ids.length) return { error: 'invalid_blocks', why: 'two elements have one action_id' };
  const length = charactersIn(blocks);
  return length > MOST_CHARACTERS ? { error: 'msg_blocks_too_long', why: `${length} characters` } : undefined;
}

/** The characters of every text in it. */
function charactersIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [name, part]) => sum + (name === 'text' && typeof part === 'string' ? part.length : charactersIn(part)),
    0,
  );
}
