import { describe, expect, it } from 'vitest';
import { countDeaths } from './count-deaths.ts';
import { enumerate, stories } from './crash-points.ts';

const [reconcile] = stories;

async function counted(...args: readonly string[]) {
  const lines: string[] = [];
  const code = await countDeaths(args, (line) => lines.push(line));
  return { code, last: lines.at(-1), lines };
}

describe('a process that dies before or after any of its effects', () => {
  it('changes nothing of how a repair ends, and every repair is executed once', { timeout: 600_000 }, async () => {
    const { code, last, lines } = await counted('--story', 'reconcile');
    expect(lines.join('\n')).toMatch(/undisturbed: repaired; executed: apply on gpu-1$/m);
    expect(last).toMatch(/^1 stories, \d{3} deaths, 0 of them changed how a story ended$/);
    expect(code).toBe(0);
  });

  it('is found out where a command that may have been sent is sent again blindly', { timeout: 600_000 }, async () => {
    if (reconcile === undefined) throw new TypeError('no story');
    const { found } = await enumerate(reconcile, {
      name: 'forgetful',
      what: 'neither Run Command nor the journal of the host knows an earlier command',
      hostsForget: true,
      change: ({ commands }) => {
        const { send } = commands;
        commands.findCommand = async () => undefined;
        commands.send = (command) =>
          send(command.document === 'read-journal' ? { ...command, parameters: { operationKey: 'another' } } : command);
      },
    });
    expect(found.flatMap(({ violations }) => violations.map(({ invariant }) => invariant))).toContain('once-each');
  });
});

describe('npm run crashpoints', () => {
  it.each([['--story', 'none'], ['--seed', '1'], ['reconcile']])(
    'is told how it is used after %s %s',
    async (...args) => {
      expect(await counted(...args.filter((each) => typeof each === 'string'))).toMatchObject({
        code: 2,
        last: expect.stringContaining('usage: npm run crashpoints'),
      });
    },
  );
});
