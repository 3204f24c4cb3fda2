import { getFromFunctionUrl } from '../adapters/aws/function-url.ts';
import { runningDecisions } from '../local/decision-address.ts';
import type { CliIo } from './cli-io.ts';
import { NOT_ALLOWED, startConsoleProxy } from './console-proxy.ts';
import { portFrom } from './port-from.ts';
import { stackCaller } from './stack-caller.ts';
import { stackEnvironment } from './stack-environment.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { UsageError } from './usage-error.ts';

interface ConsoleOptions {
  readonly stack?: string | undefined;
  readonly stateDir: string;
  readonly port?: string | undefined;
  readonly json: boolean;
}

/** `restitch console`. Says where the page is; with a stack it is there until Ctrl-C. */
export async function showConsole(options: ConsoleOptions, io: CliIo): Promise<number> {
  const port = portFrom(options.port);
  if (options.stack !== undefined) return ofStack(options.stack, port, options.json, io);
  if (port !== null) throw new UsageError('--port needs --stack: npm start has a --port of its own');
  const running = await runningDecisions(options.stateDir);
  if (running === undefined)
    throw new Error(`no npm start runs in ${options.stateDir} under your user: start it, or give --stack NAME`);
  tell(new URL(running.url).origin, options.json, io);
  return 0;
}

async function ofStack(stack: string, port: number | null, json: boolean, io: CliIo): Promise<number> {
  const environment = await stackEnvironment(stack, io.environment);
  const { CONSOLE_URL: consoleUrl } = environment;
  if (consoleUrl === undefined)
    throw new Error(`the stack ${stack} has no console page: set stack.console in restitch.config.yaml, and deploy it`);
  const caller = await stackCaller(environment);
  const { status } = await getFromFunctionUrl(consoleUrl, 'HEAD', {}, await caller());
  if (status === 403) throw new Error(NOT_ALLOWED);
  if (status !== 200) throw new Error(`the console function of ${stack} answers ${status}: look at its log`);
  return untilInterrupted(async (signal) => {
    const proxy = await startConsoleProxy({ consoleUrl, caller, port });
    tell(proxy.url, json, io);
    if (!json) io.out('It shows what the stack says, and changes nothing. Ctrl-C ends it.');
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    proxy.close();
    return 0;
  });
}

function tell(consoleUrl: string, json: boolean, { out }: CliIo): void {
  out(json ? JSON.stringify({ consoleUrl }) : consoleUrl);
}
