import type { Fleet } from '../../lab/fleet.ts';
import type { BoundDocument, BoundStep } from './bind-parameters.ts';
import type { KeptStep } from './kept-command.ts';

const STDOUT_LIMIT = 24_000;
const STDERR_LIMIT = 8_000;
const TRUNCATED = '--output truncated--';

/**
 * Runs a bound document on a host as the agent's shell plug-in does: /bin/sh, as root, bounded in time and output, one
 * step after the other, also after one that failed. A script goes on when the caller is gone.
 */
export async function runOnNode(
  fleet: Fleet,
  host: string,
  { steps, environment }: BoundDocument,
  clock: () => number,
): Promise<readonly KeptStep[]> {
  const done: KeptStep[] = [];
  for (const step of steps) {
    const startedAt = clock();
    const outcome = await runStep(fleet, host, step, environment);
    done.push({ ...outcome, name: step.name, startedAt, endedAt: clock() });
  }
  return done;
}

type Outcome = Omit<KeptStep, 'name' | 'startedAt' | 'endedAt'>;

async function runStep(
  fleet: Fleet,
  host: string,
  step: BoundStep,
  env: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const argv: [string, ...string[]] = ['/bin/sh', '-c', step.script];
  try {
    const result = await fleet.exec(host, { argv, env, timeoutMs: step.timeoutSeconds * 1_000 });
    const output = { stdout: truncate(result.stdout, STDOUT_LIMIT), stderr: truncate(result.stderr, STDERR_LIMIT) };
    if (result.timedOut) return { ...output, status: 'TimedOut', statusDetails: 'ExecutionTimedOut', responseCode: -1 };
    if (result.code === 0) return { ...output, status: 'Success', statusDetails: 'Success', responseCode: 0 };
    return { ...output, status: 'Failed', statusDetails: 'Failed', responseCode: result.code ?? -1 };
  } catch (error) {
    // The host could not be entered: the result is the one of an agent that cannot start its worker.
    return { status: 'Failed', statusDetails: 'Failed', responseCode: -1, stdout: '', stderr: String(error) };
  }
}

function truncate(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - TRUNCATED.length)}${TRUNCATED}`;
}
