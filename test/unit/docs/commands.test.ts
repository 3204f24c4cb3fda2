import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandTree } from '../../../cli/command-tree.ts';
import { completables } from '../../../cli/completion/completable.ts';
import { knownWords } from '../../../cli/completion/known-words.ts';
import { commandsAlone, commandsNotRun, runOf } from './command-runs.ts';
import { commandsOn, type DocumentedCommand, documentedCommands } from './documented-commands.ts';
import { runLine } from './run-line.ts';

const commands = documentedCommands();
const inBlocks = commands.filter(({ inBlock }) => inBlock);

/** Each once on its page. */
function named(all: readonly DocumentedCommand[]) {
  return [...new Map(all.map((command) => [`${command.page}: ${command.text}`, command]))];
}

/** The real tree, of which no command does anything, and every error keeps its code. */
function idleTree(): CommandUnknownOpts {
  const tree = commandTree({ io: { out: () => {}, err: () => {}, environment: {} }, finish: () => {} });
  const idle = (command: CommandUnknownOpts) => {
    command.exitOverride();
    if (command.commands.length === 0) command.action(() => {});
    command.commands.forEach(idle);
  };
  idle(tree);
  return tree;
}

/** A sentence often names a command without what it wants. */
const leftOut = ['commander.missingArgument', 'commander.missingMandatoryOptionValue', 'commander.help'];

/** Why the real tree does not take it; undefined: it does. */
function whyWrong({ args, inBlock }: Pick<DocumentedCommand, 'args' | 'inBlock'>): string | undefined {
  try {
    idleTree().parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (inBlock || !leftOut.includes(String(error.code))) return error.message;
  }
  return unknownWord(args);
}

const valueWords = new Map(
  completables(idleTree(), knownWords).flatMap(({ options }) =>
    options.flatMap(({ flag, value }) => (value?.values.type === 'words' ? [[flag, value.values.words] as const] : [])),
  ),
);

/** A fault, class, variant or backend that there is not. Capitals stand for any. */
function unknownWord(args: readonly string[]): string | undefined {
  const at = args.findIndex((flag, index) => {
    const value = args[index + 1] ?? '';
    const words = valueWords.get(flag);
    // `doctor --drill` takes no value.
    return words !== undefined && !value.startsWith('-') && value !== value.toUpperCase() && !words.includes(value);
  });
  return at < 0 ? undefined : `there is no ${args[at]} ${args[at + 1]}`;
}

describe('a documented command', () => {
  it.each(named(commands))('is one that there is: %s', (_, command) => {
    expect(whyWrong(command)).toBeUndefined();
  });

  it.each([
    [['diagnos', '--node', 'gpu-1'], "unknown command 'diagnos'"],
    [['diagnose', '--nodes', 'gpu-1'], "unknown option '--nodes'"],
    [['explain'], "missing required argument 'INCIDENT'"],
    [['lab', 'list', 'more'], 'too many arguments'],
    [['start', '--drill', 'vxlan-hedge'], 'there is no --drill vxlan-hedge'],
  ])('is reported when there is no such command: %j', (args, why) => {
    expect(whyWrong({ args, inBlock: true })).toContain(why);
  });

  it('is found in blocks, with what the page shows as its output, and in sentences', () => {
    const page = [
      'See `restitch lab list`, `restitch … --json`, `npm start` and `/restitch who`.',
      '```sh',
      'npm run --silent restitch -- plan --node gpu-1   # remark',
      'LAB_INVENTORY=off npm start -- --drill x',
      'kubectl get nodes',
      '```',
      '```console',
      '$ restitch pause all --reason "too much"',
      'paused',
      '```',
      '```sh',
      'npx restitch mtu | head',
      '```',
      '```',
      'layer',
      '```',
    ].join('\n');
    expect(commandsOn('x.md', page).map(({ args, output }) => [args.join(','), output])).toEqual([
      ['plan,--node,gpu-1', []],
      ['start,--drill,x', []],
      ['pause,all,--reason,too much', ['paused']],
      ['mtu', ['layer']],
      ['lab,list', []],
      ['start', []],
    ]);
  });
});

describe('a documented command in a block', () => {
  it('is run by a test, or left out for a reason that still counts', () => {
    const texts = inBlocks.map(({ text }) => text);
    expect(Object.keys(commandsNotRun).filter((text) => !texts.includes(text))).toEqual([]);
    const alone = commands.filter((command) => runOf(command).type === 'alone').map(({ args }) => args.join(' '));
    expect(Object.keys(commandsAlone).filter((name) => !alone.some((args) => args.startsWith(name)))).toEqual([]);
    expect(inBlocks.filter((command) => runOf(command).type === 'fleet').length).toBeGreaterThan(10);
  });
});

describe('a documented command that needs nothing', { timeout: 30_000 }, () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'restitch-docs-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const complete = commands.filter((command) => whyWrong({ ...command, inBlock: true }) === undefined);
  const alone = complete.flatMap((command) => {
    const run = runOf(command);
    const hasPlaceholder = command.args.some((word) => /^[A-Z]+$/.test(word));
    return run.type === 'alone' && !hasPlaceholder ? [{ ...command, exitCode: run.exitCode }] : [];
  });

  it.each(alone.map((command) => [`${command.page}: ${command.text}`, command] as const))(
    'does in an empty folder what the page shows, and leaves nothing there: %s',
    async (_, command) => {
      const files = command.args.filter((word) => /\.ya?ml$/.test(word));
      for (const file of files) await writeFile(join(folder, file), command.blockBefore);
      const { code, stdout, stderr } = await runLine(command.line, folder);
      expect({ code, stderr }).toEqual({ code: command.exitCode, stderr: '' });
      expect(stdout).toContain(command.output.join('\n'));
      expect(await readdir(folder)).toEqual(files);
    },
  );
});
