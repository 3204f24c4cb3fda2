import { runProgram } from '../../lab/run-program.ts';

export type BundleOutcome =
  | { readonly type: 'answered'; readonly answer: unknown; readonly log: string }
  /** The bundle did not load, or its handler threw. */
  | { readonly type: 'failed'; readonly errors: string };

/** Lambda's own part: import the bundle, call its handler. The last line on standard output is the answer. */
const lambda = `
const { handler } = await import(process.argv[1]);
const answer = await handler(JSON.parse(process.argv[2]), { getRemainingTimeInMillis: () => 30_000 });
process.stdout.write('\\n' + JSON.stringify(answer ?? null), () => process.exit());
`;

/** Calls a bundle in a process of its own, with exactly this environment. */
export async function callBundle(
  bundle: string,
  environment: Readonly<Record<string, string>>,
  event: unknown,
): Promise<BundleOutcome> {
  const argv = [process.execPath, '--input-type=module', '--eval', lambda, bundle, JSON.stringify(event)];
  const { code, stdout, stderr } = await runProgram(argv, { env: environment, timeoutMs: 30_000 });
  if (code !== 0) return { type: 'failed', errors: stderr };
  const end = stdout.lastIndexOf('\n');
  return { type: 'answered', answer: JSON.parse(stdout.slice(end + 1)), log: stdout.slice(0, end) };
}
