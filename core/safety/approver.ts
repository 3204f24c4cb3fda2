/** The callers of AWS and their names (IAM user guide, "IAM identifiers"). */
const ASSUMED_ROLE = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\/([^/]+)$/;
const FEDERATED_USER = /^arn:[\w-]+:sts::\d{12}:federated-user\//;
const ROLE = /^arn:([\w-]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;
/** The roles of IAM Identity Center, which sets the session's name itself. */
const IDENTITY_CENTER = 'AWSReservedSSO_';
/** Slack's ids of user groups begin with S, those of people with U or W. */
const USER_GROUP = /^S[A-Z0-9]{2,}$/;
const SLACK_USER = /^[UW][A-Z0-9]{2,}$/;
/** Of a tool behind the approval webhook: what it calls the person. */
const WEBHOOK = 'webhook:';
const COMMAND_LINE = /^(arn|os):/;

/** Whether an entry of a list of approvers stands for everybody in a user group of Slack. */
export function isUserGroup(approver: string): boolean {
  return USER_GROUP.test(approver);
}

/** Whether it is a person of Slack: only those can be in a user group. */
export function isSlackUser(id: string): boolean {
  return SLACK_USER.test(id);
}

/** The id of a person whom the tool behind the approval webhook calls so. */
export function webhookPerson(name: string): string {
  return `${WEBHOOK}${name}`;
}

/** Whether the tool behind the approval webhook has said who it is. */
export function isWebhookPerson(id: string): boolean {
  return id.startsWith(WEBHOOK);
}

/** Whether such a person answers this way: no way carries ids of another. Absent: through the approval webhook. */
export function answersThrough(id: string, through: 'slack' | 'command-line' | undefined): boolean {
  if (through === 'slack') return isSlackUser(id);
  return through === 'command-line' ? COMMAND_LINE.test(id) : isWebhookPerson(id);
}

/**
 * Whether the list names this person: a Slack user id, `os:` and a user of the machine, `webhook:` and a person, or the ARN of an AWS
 * user. A role's ARN
 * names everybody in the role. The session of a role counts only in roles of IAM Identity Center: elsewhere whoever takes the role
 * may choose its name. A user group on it names nobody: who is in it has to be asked. An empty list names nobody.
 */
export function isApprover(approvers: readonly string[], id: string): boolean {
  if (!hasChosenName(id) && !isUserGroup(id) && approvers.includes(id)) return true;
  const [, partition, account, role] = ASSUMED_ROLE.exec(id) ?? [];
  if (role === undefined) return false;
  return approvers.some((approver) => {
    const listed = ROLE.exec(approver);
    return listed !== null && listed[1] === partition && listed[2] === account && listed[3] === role;
  });
}

/**
 * Whether both may be one person: the same id; two sessions of a role, whose names whoever takes the role may choose; two people of the
 * approval webhook, whom whoever has its key may choose.
 */
export function mayBeOnePerson(id: string, other: string): boolean {
  if (isWebhookPerson(id) && isWebhookPerson(other)) return true;
  return id === other || (roleOf(id) !== undefined && roleOf(id) === roleOf(other));
}

/** Of a session whose name was chosen by whoever took the role. */
function roleOf(id: string): string | undefined {
  const [, partition, account, role] = ASSUMED_ROLE.exec(id) ?? [];
  return role === undefined || !hasChosenName(id) ? undefined : `${partition}:${account}:${role}`;
}

/** What people call the caller: the user, the person of Identity Center, or the role. */
export function callerName(id: string): string {
  const [, , , role, session] = ASSUMED_ROLE.exec(id) ?? [];
  if (role !== undefined && session !== undefined) return role.startsWith(IDENTITY_CENTER) ? session : role;
  return id.slice(Math.max(id.lastIndexOf('/'), id.lastIndexOf(':')) + 1);
}

/** Whether whoever takes the role, or asks for the federated user, writes the last part of the ARN himself: it names nobody. */
export function hasChosenName(id: string): boolean {
  const [, , , role] = ASSUMED_ROLE.exec(id) ?? [];
  return role === undefined ? FEDERATED_USER.test(id) : !role.startsWith(IDENTITY_CENTER);
}
