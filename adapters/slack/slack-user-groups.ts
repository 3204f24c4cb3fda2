import * as z from 'zod';
import type { Log } from '../../core/log.ts';
import type { GroupReading, UserGroups } from '../../core/safety/user-groups.ts';

/** Slack waits 3 s for the answer to a click; who is in a group may take one of them. */
const TIMEOUT_MS = 1_000;
/** So long does somebody count who was removed from the group. Slack takes 20 of these calls a minute. */
const CACHE_MS = 30_000;
const SLACK = 'https://slack.com/api/';

const Answer = z.union([
  z.object({ ok: z.literal(true), users: z.array(z.string()) }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);

export interface UserGroupOptions {
  readonly readToken: () => Promise<string>;
  /** The base URL of the Web API; undefined: Slack's own. */
  readonly apiUrl: string | undefined;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly log: Log;
}

/**
 * Slack's `usergroups.users.list` with the bot's scope `usergroups:read` (docs.slack.dev). One call without a retry: it is on the way of
 * a click. @slack/web-api would make the function that answers clicks a third larger. A disabled group has no members.
 */
export function createSlackUserGroups({ readToken, apiUrl = SLACK, clock, log }: UserGroupOptions): UserGroups {
  const cached = new Map<string, { readonly ids: readonly string[]; readonly until: number }>();
  const method = new URL('usergroups.users.list', apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`);
  const unknown = (group: string, reason: string): GroupReading => {
    log.warn('user-group-unknown', { group, reason });
    return { type: 'unknown', reason };
  };
  return {
    membersOf: async (group) => {
      const known = cached.get(group);
      if (known !== undefined && clock() < known.until) return { type: 'members', ids: known.ids };
      try {
        const answer = await call(method, await readToken(), group);
        if (!answer.ok) return unknown(group, answer.error);
        cached.set(group, { ids: answer.users, until: clock() + CACHE_MS });
        return { type: 'members', ids: answer.users };
      } catch (error) {
        return unknown(group, error instanceof Error ? error.message : String(error));
      }
    },
  };
}

async function call(method: URL, token: string, group: string): Promise<z.infer<typeof Answer>> {
  const response = await fetch(method, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: new URLSearchParams({ usergroup: group }),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) return { ok: false, error: `status ${response.status}` };
  return Answer.parse(await response.json());
}
