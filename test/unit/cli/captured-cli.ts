import { runCli } from '../../../cli/run-cli.ts';

export interface Said {
  readonly code: number;
  /** Lines of standard output. */
  readonly out: readonly string[];
  readonly err: string;
}

/** Runs `restitch` in this process, and keeps what it says. */
export async function captureCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args, { out: (line) => out.push(line), err: (line) => err.push(line), environment });
  return { code, out, err: err.join('\n') };
}
