/** The first SSM Agent that understands `interpolationType: ENV_VAR` (Systems Manager user guide, parameter handling). */
const FIRST_WITH_ENV_VAR = [3, 3, 2746, 0] as const;

/**
 * Whether an agent turns our parameters into environment variables. An older one silently ignores the setting, so a
 * version that cannot be parsed counts as too old.
 */
export function isAgentRecentEnough(version: string): boolean {
  if (!/^\d{1,9}(\.\d{1,9}){3}$/.test(version)) return false;
  const parts = version.split('.').map(Number);
  const decisive = FIRST_WITH_ENV_VAR.findIndex((least, index) => parts[index] !== least);
  return decisive === -1 || (parts[decisive] ?? 0) > (FIRST_WITH_ENV_VAR[decisive] ?? 0);
}
