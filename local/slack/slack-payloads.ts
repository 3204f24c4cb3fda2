import * as z from 'zod';
import type { KeptMessage } from './message-table.ts';

/** People who can click on the console page. */
export const standInUsers = [
  { id: 'U0ALICE', name: 'alice', note: 'approver' },
  { id: 'U0BOB', name: 'bob', note: 'not an approver' },
] as const;

/** The user groups of the stand-in's workspace. */
export const standInGroups = [{ id: 'S0ONCALL', users: ['U0ALICE'] }] as const;

/** Where the stand-in's clicks and commands come from. */
export const standInPlace = { workspace: 'T0LOCAL', app: 'A0LOCAL', channel: 'C0LOCAL' } as const;

export interface Clicked {
  readonly message: KeptMessage;
  /** Whether only the person who clicks sees the message. */
  readonly ephemeral: boolean;
  readonly actionId: string;
  readonly userId: string;
  /** What the person has typed, by the name of the input's block. */
  readonly typed: Readonly<Record<string, string>>;
  readonly responseUrl: string;
}

/** Slack's block_actions payload of a click on a button; undefined: the message has no such button. */
export function blockActions(clicked: Clicked): object | undefined {
  const { message, ephemeral, actionId, userId, typed, responseUrl } = clicked;
  const found = findButton(message.blocks, actionId);
  if (found === undefined) return undefined;
  const { ts, channel, text, blocks } = message;
  return {
    type: 'block_actions',
    user: { id: userId, username: nameOf(userId), name: nameOf(userId), team_id: standInPlace.workspace },
    api_app_id: standInPlace.app,
    token: 'deprecated',
    container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: ephemeral },
    trigger_id: '1.2.3',
    team: { id: standInPlace.workspace, domain: 'local' },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channel, name: 'restitch' },
    ...(ephemeral
      ? {}
      : { message: { type: 'message', ts, text, blocks, bot_id: 'B0LOCAL', app_id: standInPlace.app } }),
    state: { values: typedValues(blocks, typed) },
    response_url: responseUrl,
    actions: [{ ...found.element, block_id: found.blockId, action_ts: ts }],
  };
}

/** Every field that Slack sends with a slash command; the token is Slack's old way to say who it is. */
export function slashCommand(text: string, userId: string, responseUrl: string): URLSearchParams {
  return new URLSearchParams({
    token: 'deprecated',
    team_id: standInPlace.workspace,
    team_domain: 'local',
    channel_id: standInPlace.channel,
    channel_name: 'restitch',
    user_id: userId,
    user_name: nameOf(userId),
    command: '/restitch',
    text,
    api_app_id: standInPlace.app,
    is_enterprise_install: 'false',
    response_url: responseUrl,
    trigger_id: '1.2.3',
  });
}

function nameOf(userId: string): string {
  return standInUsers.find(({ id }) => id === userId)?.name ?? userId;
}

const Element = z.looseObject({ type: z.string(), action_id: z.string() });
const Block = z.looseObject({
  block_id: z.string().default(''),
  elements: z.array(z.unknown()).default([]),
  accessory: z.unknown().optional(),
  element: z.unknown().optional(),
});

function findButton(blocks: readonly unknown[], actionId: string) {
  return blocks
    .flatMap((block) => {
      const { block_id: blockId, elements, accessory } = Block.parse(block);
      return [...elements, accessory].flatMap((each) => {
        const element = Element.safeParse(each).data;
        return element === undefined ? [] : [{ blockId, element }];
      });
    })
    .find(({ element }) => element.action_id === actionId);
}

/** As Slack sends them: every input of the message, with null where nothing was typed. */
function typedValues(blocks: readonly unknown[], typed: Readonly<Record<string, string>>): object {
  return Object.fromEntries(
    blocks.flatMap((block) => {
      const { block_id: blockId, element } = Block.parse(block);
      const input = Element.safeParse(element).data;
      if (input === undefined) return [];
      return [[blockId, { [input.action_id]: { type: input.type, value: typed[blockId] ?? null } }]];
    }),
  );
}
