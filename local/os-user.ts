import { userInfo } from 'node:os';

/** The user of this process, as approvers are listed: `os:ann`. Where the system has no name for the user, as in a container: `os:uid-1000`. */
export function osUser(): string {
  try {
    return `os:${userInfo().username}`;
  } catch {
    return `os:uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
