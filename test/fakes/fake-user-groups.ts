import type { UserGroups } from '../../core/safety/user-groups.ts';

/** User groups by their id. While `down`, nothing is known of any. */
export interface FakeUserGroups extends UserGroups {
  members: Readonly<Record<string, readonly string[]>>;
  down: boolean;
}

export function createFakeUserGroups(members: Readonly<Record<string, readonly string[]>> = {}): FakeUserGroups {
  const fake: FakeUserGroups = {
    members,
    down: false,
    membersOf: async (group) => {
      const ids = fake.members[group];
      if (fake.down || ids === undefined)
        return { type: 'unknown', reason: fake.down ? 'no answer' : 'no_such_subteam' };
      return { type: 'members', ids };
    },
  };
  return fake;
}
