import type { Fleet } from '../../lab/fleet.ts';
import type { KeptCommand } from './command-table.ts';
import type { BoundParameters } from './parameters.ts';

const STDOUT_LIMIT = 24_000;
const STDERR_LIMIT = 8_000;
const TRUNCATED = '--output truncated--';

type Outcome = Pick<KeptCommand, 'status' | 'statusDetails' | 'responseCode' | 'stdout' | 'stderr'>;

/** Runs a bound script on a host as the agent's shell plug-in does: /bin/sh, as root, bounded in time and output. */
export async function runOnNode(
  fleet: Fleet,
  host: string,
  bound: Extract<BoundParameters, { type: 'bound' }>,
): Promise<Outcome> {
  const result = await fleet.exec(host, {
    argv: ['/bin/sh', '-c', bound.script],
    env: bound.environment,
    timeoutMs: bound.timeoutSeconds * 1_000,
  });
  const output = { stdout: truncate(result.stdout, STDOUT_LIMIT), stderr: truncate(result.stderr, STDERR_LIMIT) };
  if (result.timedOut) return { ...output, status: 'TimedOut', statusDetails: 'ExecutionTimedOut', responseCode: -1 };
  if (result.code === 0) return { ...output, status: 'Success', statusDetails: 'Success', responseCode: 0 };
  return { ...output, status: 'Failed', statusDetails: 'Failed', responseCode: result.code ?? -1 };
}

function truncate(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - TRUNCATED.length)}${TRUNCATED}`;
}
