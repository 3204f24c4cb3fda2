/** Who is in a user group of the chat now. Where that is not known nobody counts as a member. */
export type GroupReading =
  | { readonly type: 'members'; readonly ids: readonly string[] }
  | { readonly type: 'unknown'; readonly reason: string };

/** The port to the chat's user groups. Never rejects. */
export interface UserGroups {
  /** `group`: `S0123ABCD`. */
  membersOf(group: string): Promise<GroupReading>;
}
