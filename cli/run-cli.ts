import type { CliIo } from './cli-io.ts';
import { UsageError } from './usage-error.ts';

const HELP = `restitch: stitches a torn pod network back together

  restitch start [--drill NAME] [--json] …             the whole chain on this machine
  restitch diagnose --evidence FILE|- | --node NAME    what is wrong with a node
  restitch plan --evidence FILE|- | --node NAME        what would be changed to heal it
  restitch explain INCIDENT [--url URL | --table NAME] every decision about an incident, with its inputs
  restitch mtu [--path N] [--underlay ipv6] …          the MTU of every layer on a path
  restitch inventory learn|check [FILE]                the platform's record of addresses, keys and instances
  restitch pause SCOPE --reason TEXT | resume SCOPE | pauses   stop Restitch from acting
  restitch breaker show|trip|reset                     the breakers of a cluster, its pools, sites and hubs
  restitch shadow report                               how its decisions turned out
  restitch lab up|down|status|list|inject NAME|clear|exec HOST -- COMMAND …   the fleet alone

All but lab have --help of their own.

  restitch --help | --version`;

/** Chooses the command. Returns the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  const [command, ...rest] = args;
  try {
    switch (command) {
      case 'start':
        return await (await import('./start.ts')).start(rest, io);
      case 'diagnose':
        return await (await import('./diagnose.ts')).diagnose(rest, io);
      case 'plan':
        return await (await import('./plan.ts')).plan(rest, io);
      case 'explain':
        return await (await import('./explain.ts')).explain(rest, io);
      case 'lab':
        return await (await import('./lab.ts')).lab(rest, io);
      case 'inventory':
        return await (await import('./inventory.ts')).inventory(rest, io);
      case 'pause':
        return await (await import('./pause.ts')).pause(rest, io);
      case 'resume':
        return await (await import('./pause.ts')).resume(rest, io);
      case 'pauses':
        return await (await import('./pause.ts')).pauses(rest, io);
      case 'breaker':
        return await (await import('./breaker.ts')).breaker(rest, io);
      case 'shadow':
        return await (await import('./shadow.ts')).shadow(rest, io);
      case 'mtu':
        return (await import('./mtu.ts')).mtu(rest, io);
      case '--version':
        io.out((await import('../package.json', { with: { type: 'json' } })).default.version);
        return 0;
      case '--help':
      case undefined:
        io.out(HELP);
        return command === undefined ? 2 : 0;
      default:
        throw new UsageError(`there is no command ${command}`);
    }
  } catch (error) {
    io.err(`restitch: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof UsageError) io.err('See restitch --help.');
    return error instanceof UsageError ? 2 : 1;
  }
}
