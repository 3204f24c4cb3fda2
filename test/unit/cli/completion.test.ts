import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandTree } from '../../../cli/command-tree.ts';
import { completables } from '../../../cli/completion/completable.ts';
import { knownWords } from '../../../cli/completion/known-words.ts';
import { overlayNames } from '../../../core/overlay/overlay-name.ts';
import { faultCatalogue, faultForDrill } from '../../../lab/faults/catalogue.ts';
import { variantCatalogue } from '../../../lab/variants/catalogue.ts';
import { captureCli } from './captured-cli.ts';

const tree = commandTree({ io: { out: () => {}, err: () => {}, environment: {} }, finish: () => {} });
const commands = completables(tree, knownWords);
const faults = faultCatalogue.map(({ name }) => name);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restitch-completion-'));
  for (const shell of ['bash', 'zsh', 'fish'])
    await writeFile(join(folder, shell), (await captureCli(['completion', shell])).out.join('\n'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const has = (shell: string) => spawnSync(shell, ['--version']).error === undefined;

describe('restitch completion bash', () => {
  /** What bash gets for the last word of a line, and what the script asks of `compopt`. */
  function complete(line: string): readonly string[] {
    const words = line.split(' ');
    const program = `compopt() { echo "compopt $*"; }; source "$1"; shift
COMP_WORDS=("$@") COMP_CWORD=${words.length - 1}; _restitch
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const said = execFileSync('bash', ['--norc', '-c', program, 'bash', join(folder, 'bash'), ...words], {
      encoding: 'utf8',
    });
    return said.split('\n').filter((each) => each !== '');
  }

  it.each([
    ['restitch ', tree.commands.map((command) => command.name())],
    ['restitch al', ['alertmanager']],
    ['restitch lab in', ['inject']],
    ['restitch breaker ', ['show', 'trip', 'reset']],
    ['restitch lab inject ', faults],
    ['restitch lab inject --variant two-hubs fdb-fl', ['fdb-flushed']],
    ['restitch lab up --variant ', variantCatalogue.map(({ name }) => name)],
    ['restitch lab up --backend ', [...overlayNames]],
    ['restitch mtu --underlay ', ['ipv4', 'ipv6']],
    ['restitch start --drill vxlan-wed', ['vxlan-wedge']],
    ['restitch completion ', ['bash', 'zsh', 'fish']],
    ['restitch completion --h', ['--help']],
    ['restitch --', ['--version', '--help']],
    ['restitch diagnose --ev', ['--evidence']],
    // The value of an option is no command.
    ['restitch diagnose --node plan --ev', ['--evidence']],
    ['restitch pause pool=gpu --re', ['--reason']],
  ])('completes “%s”', (line, words) => {
    expect(complete(line)).toEqual(words);
  });

  it.each([
    ['restitch diagnose --evidence ', []],
    ['restitch alertmanager lint al', []],
    ['restitch diagnose --state-dir ', ['compopt -o dirnames +o default']],
    ['restitch diagnose --node ', ['compopt +o default']],
    ['restitch explain ', ['compopt +o default']],
    ['restitch lab exec gpu-1 -- ip ', []],
  ])('leaves “%s” to bash, which offers files, folders or nothing', (line, options) => {
    expect(complete(line)).toEqual(options);
  });

  it('is loaded without a word, also twice', () => {
    const file = join(folder, 'bash');
    expect(
      execFileSync('bash', ['--norc', '-c', 'source "$1"; source "$1"; complete -p restitch', 'bash', file]),
    ).toEqual(Buffer.from('complete -o default -F _restitch restitch\n'));
  });
});

describe.skipIf(!has('fish'))('restitch completion fish', () => {
  const complete = (line: string) =>
    execFileSync('fish', ['-N', '-c', 'source $argv[1]; complete -C $argv[2]', join(folder, 'fish'), line], {
      encoding: 'utf8',
    })
      .split('\n')
      .flatMap((each) => (each === '' ? [] : (each.split('\t')[0] ?? '')));

  it.each([
    ['restitch ', tree.commands.map((command) => command.name())],
    ['restitch lab in', ['inject']],
    ['restitch lab inject ', faults],
    ['restitch diagnose --ev', ['--evidence']],
    ['restitch diagnose --node ', []],
    ['restitch mtu --underlay ', ['ipv4', 'ipv6']],
  ])('completes “%s”', (line, words) => {
    expect(complete(line).toSorted()).toEqual(words.toSorted());
  });
});

describe.skipIf(!has('zsh'))('restitch completion zsh', () => {
  it('is a script that zsh can read', () => {
    expect(spawnSync('zsh', ['-n', join(folder, 'zsh')], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });
});

describe('the script of every shell', () => {
  it.each(['bash', 'zsh', 'fish'])('has every command, option and known word: %s', async (shell) => {
    const text = (await captureCli(['completion', shell])).out.join('\n');
    const words = commands.flatMap(({ commands, options }) => [
      ...commands.map(({ name }) => name),
      ...options.map(({ flag }) => (shell === 'fish' ? `-l ${flag.slice(2)} ` : flag)),
    ]);
    expect([...words, ...Object.values(knownWords).flat()].filter((word) => !text.includes(word))).toEqual([]);
  });

  it('knows words only for options and arguments that there are', () => {
    const places = commands.flatMap(({ at, options, arguments: values }) => [
      ...options.map(({ flag }) => flag),
      ...values.map(({ name }) => `${at} ${name}`),
    ]);
    expect(Object.keys(knownWords).filter((place) => !places.includes(place))).toEqual([]);
  });

  it('offers drills that can be started', () => {
    expect((knownWords['--drill'] ?? []).filter((name) => faultForDrill(name) === undefined)).toEqual([]);
  });

  it('is for a shell that is known', async () => {
    expect(await captureCli(['completion', 'tcsh'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Allowed choices are bash, zsh, fish'),
    });
  });
});
