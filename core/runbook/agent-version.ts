/** The first SSM agent that gives parameters to a script as environment variables (`interpolationType: ENV_VAR`, Systems Manager User Guide). */
export const OLDEST_AGENT = '3.3.2746.0';

/** True also for a version that cannot be read. */
export function isAgentTooOld(version: string): boolean {
  const given = partsOf(version);
  if (given === undefined) return true;
  for (const [index, wanted] of (partsOf(OLDEST_AGENT) ?? []).entries()) {
    const part = given[index] ?? 0;
    if (part !== wanted) return part < wanted;
  }
  return false;
}

/** Why an instance is not used, and what a person has to do. */
export function describeOldAgent(instanceId: string, version: string): string {
  const update = `aws ssm send-command --document-name AWS-UpdateSSMAgent --instance-ids ${instanceId}`;
  return `the SSM agent of ${instanceId} is ${version}, and ${OLDEST_AGENT} or later is needed: update it (${update})`;
}

function partsOf(version: string): readonly number[] | undefined {
  return /^\d+(\.\d+)*$/.test(version) ? version.split('.').map(Number) : undefined;
}
