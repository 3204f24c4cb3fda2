import * as z from 'zod';

/** The block and the input in which a person may say why have the same name. */
const Typed = z.record(z.string(), z.record(z.string(), z.looseObject({ value: z.string().nullish() })));

/** Slack's block_actions payload, as far as a decision needs it (docs.slack.dev, "block_actions payload"). */
const Interaction = z.object({
  type: z.literal('block_actions'),
  team: z.object({ id: z.string() }).nullish(),
  api_app_id: z.string().optional(),
  /** `team_id`: the person's own workspace, another one in a channel that two workspaces share. */
  user: z.object({
    id: z.string().min(1),
    username: z.string().optional(),
    name: z.string().optional(),
    team_id: z.string().nullish(),
  }),
  channel: z.object({ id: z.string() }).nullish(),
  container: z.object({ is_ephemeral: z.boolean().optional() }).nullish(),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional() })).min(1),
  state: z.object({ values: Typed }).nullish().catch(null),
  response_url: z.url().optional(),
});

export type Interaction = z.infer<typeof Interaction>;

/** Undefined where the payload is not JSON, or no click on a button. */
export function readInteraction(payload: string | null): Interaction | undefined {
  try {
    return Interaction.safeParse(JSON.parse(payload ?? '')).data;
  } catch {
    // Not JSON.
    return undefined;
  }
}

/** As long as a reason may be that comes from the command line. */
const MOST_TYPED = 300;

/** What the person has typed into this input of the message, if anything. */
export function typedText({ state }: Interaction, name: string): string | undefined {
  const text = state?.values[name]?.[name]?.value?.trim().slice(0, MOST_TYPED) ?? '';
  return text === '' ? undefined : text;
}
