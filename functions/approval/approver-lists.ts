import { isApprover, isSlackUser, isUserGroup } from '../../core/safety/approver.ts';
import type { UserGroups } from '../../core/safety/user-groups.ts';

/** `unknown`: a user group is on the list, and Slack did not say who is in it. It counts as no. */
export type OnList = 'yes' | 'no' | 'unknown';

/**
 * Whether a person is on lists of approvers, by name or in a user group. The groups are read now, all at once, and only for a person of
 * Slack whom one of the lists does not name.
 */
export async function readApproverLists(
  id: string,
  lists: readonly (readonly string[])[],
  groups: UserGroups,
): Promise<(list: readonly string[]) => OnList> {
  const unnamed = lists.filter((list) => !isApprover(list, id));
  const named = isSlackUser(id) ? new Set(unnamed.flat().filter(isUserGroup)) : new Set<string>();
  const readings = await Promise.all([...named].map(async (group) => [group, await groups.membersOf(group)] as const));
  const inGroup = new Map(
    readings.map(([group, reading]): readonly [string, OnList] => {
      if (reading.type === 'unknown') return [group, 'unknown'];
      return [group, reading.ids.includes(id) ? 'yes' : 'no'];
    }),
  );
  return (list) => {
    if (isApprover(list, id)) return 'yes';
    const found = list.map((entry) => inGroup.get(entry) ?? 'no');
    return found.includes('yes') ? 'yes' : found.includes('unknown') ? 'unknown' : 'no';
  };
}
