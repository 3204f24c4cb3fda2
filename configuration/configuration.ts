import * as z from 'zod';
import { ApproverIds } from './approver-id.ts';
import { Cluster } from './cluster.ts';
import { contradictionsOf } from './contradictions.ts';
import { isSetting, type SettingGroup } from './setting.ts';
import { teamSettings } from './team-settings.ts';
import { wrongValue } from './wrong-value.ts';

const id = (letters: string, what: string) => {
  const error = ({ input }: { readonly input?: unknown }) =>
    wrongValue(input, `the id of ${what}, such as ${letters[0]}0123ABCD`);
  const one = z.string({ error }).regex(new RegExp(`^[${letters}][A-Z0-9]{2,}$`), { error });
  return z.array(one, { error }).default([]);
};

const channel = {
  error: ({ input }: { readonly input?: unknown }) =>
    wrongValue(input, 'a channel in quotes, such as "#restitch", or its id'),
};

const userGroup = {
  error: ({ input }: { readonly input?: unknown }) => wrongValue(input, 'the id of a user group, such as S0123ABCD'),
};

const Slack = z.strictObject({
  channel: z
    .string(channel)
    .regex(/^#?[^\s#]+$/, channel)
    .default('#restitch')
    .describe('where messages and questions are posted'),
  workspaces: id('T', 'a Slack workspace').describe('whose clicks count and whose `/restitch` is answered'),
  apps: id('A', 'a Slack app').describe('the same for the Slack app'),
  escalation: z
    .strictObject({
      channel: z
        .string(channel)
        .regex(/^#?[^\s#]+$/, channel)
        .optional()
        .describe('a second channel that the app is in (default: the first)'),
      group: z
        .string(userGroup)
        .regex(/^S[A-Z0-9]{2,}$/, userGroup)
        .optional()
        .describe('the user group that is mentioned'),
    })
    .optional()
    .describe('who is told of a question that nobody answers: see `settings.safety.escalateAfterSeconds`'),
  commandChannels: id('CDG', 'a Slack channel').describe('where `/restitch` is answered; empty: nowhere'),
});

const webhookUrl = {
  error: ({ input }: { readonly input?: unknown }) =>
    wrongValue(input, 'an https address without user, query and fragment: it is no place for keys'),
};

const ApprovalWebhook = z.strictObject({
  url: z
    .string(webhookUrl)
    .regex(/^https:\/\/[^\s/?#@]+(\/[^\s?#@]*)?$/, webhookUrl)
    .describe('https'),
});

/** What restitch.config.yaml says: clusters with their stacks, Slack, and the settings that every cluster shares. */
export const Configuration = z
  .strictObject({
    clusters: z
      .array(Cluster, { error: ({ input }) => wrongValue(input, 'a list of one or more clusters, each with its name') })
      .min(1, { error: () => 'it is empty: write one cluster or more, each with its name' })
      .describe('those with the same `stack.name` share a stack; a new one comes at the end'),
    approvers: ApproverIds.default([]).describe(
      'ids of Slack users and user groups, ARNs of AWS users and roles, and `os:` with a user of the machine, `webhook:` with a person of the other tool; empty: nobody may approve',
    ),
    slack: Slack.prefault({}).describe('where questions are posted'),
    approvalWebhook: ApprovalWebhook.optional().describe(
      'another tool in which people answer: see [approvals in other tools](webhook-approvals.md)',
    ),
    settings: groupSchema(teamSettings).prefault({}).describe('how Restitch works, on every cluster'),
  })
  .superRefine((configuration, context) => {
    // Values that are wrong by themselves are told first.
    if (context.issues.length > 0) return;
    for (const { path, message } of contradictionsOf(configuration))
      context.addIssue({ code: 'custom', path: [...path], message });
  });

export type Configuration = z.infer<typeof Configuration>;

function groupSchema(group: SettingGroup): z.ZodType<Readonly<Record<string, unknown>>> {
  const entries = Object.entries(group).map(([key, entry]) => {
    const schema = isSetting(entry) ? entry.schema : groupSchema(entry);
    return [key, schema.optional()] as const;
  });
  return z.strictObject(Object.fromEntries(entries));
}
