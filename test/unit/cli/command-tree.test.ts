import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { describe, expect, it } from 'vitest';
import { commandTree } from '../../../cli/command-tree.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { captureCli } from './captured-cli.ts';

const silent = { out: () => {}, err: () => {}, environment: {} };

/** The words of every command below, groups too. */
function pathsOf(command: CommandUnknownOpts, path: readonly string[] = []): readonly (readonly string[])[] {
  return [path, ...command.commands.flatMap((child) => pathsOf(child, [...path, child.name()]))];
}

const paths = pathsOf(commandTree({ io: silent, finish: () => {} }));

describe('--help', () => {
  it.each(paths.map((path) => [path.join(' '), path] as const))(
    'of `restitch %s` has an example that starts with it',
    async (name, path) => {
      const { code, out, err } = await captureCli([...path, '--help']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      const text = out.join('\n');
      expect(text).toContain(`Usage: restitch${name === '' ? '' : ` ${name}`}`);
      expect(text).toMatch(new RegExp(`\\nExamples?:\\n {2}restitch ${name}`));
      expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    },
  );

  it('documents the exit codes', async () => {
    const text = (await captureCli(['--help'])).out.join('\n');
    for (const line of [/^ {2}0 +done/m, /^ {2}1 +failed, or not as wanted/m, /^ {2}2 +the command line is wrong/m])
      expect(text).toMatch(line);
  });
});

describe('a command line that is wrong', () => {
  it.each([
    [['diagnos'], "unknown command 'diagnos'\n(Did you mean diagnose?)"],
    [['lab', 'injct', 'x'], "unknown command 'injct'\n(Did you mean inject?)\nlab wants list, variants, up"],
    [['breaker', 'shw'], "unknown command 'shw'\n(Did you mean show?)\nbreaker wants show, trip or reset"],
    [['breaker'], 'breaker wants show, trip or reset'],
    [['lab'], 'lab wants list, variants, up'],
    [['breaker', '--state-dir', 'x'], "unknown option '--state-dir'"],
    [['diagnose', '--evidense', 'x'], "unknown option '--evidense'\n(Did you mean --evidence?)"],
    [['inventory', 'check', '--evidense', 'x'], "unknown option '--evidense'\n(Did you mean --evidence?)"],
    [['explain'], "missing required argument 'INCIDENT'"],
    [['lab', 'list', 'more'], "too many arguments for 'list'"],
    [['mtu', '--path'], "option '--path <N>' argument missing"],
    [['--verbos'], "unknown option '--verbos'"],
  ])('%j ends with exit code 2 and names what comes nearest', async (args, said) => {
    const { code, out, err } = await captureCli(args);
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(err).toContain(`restitch: ${said}`);
    expect(err).toContain('See restitch --help.');
  });

  it('without any command, prints the help', async () => {
    const { code, out } = await captureCli([]);
    expect(code).toBe(2);
    expect(out.join('\n')).toContain('Usage: restitch COMMAND');
  });
});

describe('restitch --version', () => {
  it('prints the version alone', async () => {
    expect(await captureCli(['--version'])).toEqual({ code: 0, out: [manifest.version], err: '' });
  });
});

describe('restitch lab', () => {
  it('lists the faults, one per line, and as JSON', async () => {
    const { code, out } = await captureCli(['lab', 'list']);
    expect([code, out[0]?.startsWith('NAME')]).toEqual([0, true]);
    const json = await captureCli(['lab', 'list', '--json']);
    expect(JSON.parse(json.out.join('\n'))).toHaveLength(out.length - 1);
  });
});
