import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ActionReport } from '../../../core/repair/action-report.ts';
import type { DocumentName } from '../../../core/runbook/node-command.ts';
import type { ExecResult } from '../../../lab/fleet.ts';
import { mustRun, runProgram } from '../../../lab/run-program.ts';
import { builtScript } from './built-script.ts';
import { keepNamespaces } from './namespace-keeper.ts';

/** What a node's `/bin/sh` may be. `applets` are programs of busybox that stand in the place of GNU's. */
interface Shell {
  readonly words: readonly [string, ...string[]];
  readonly applets: readonly string[];
}

export const busyboxProgram = ['/usr/bin/busybox', '/bin/busybox'].find(existsSync) ?? 'busybox';
const applets =
  'awk base64 cat cp date dd grep gzip head kill ln ls mkdir mktemp mv readlink rm rmdir sed setsid sleep sort tr timeout uname wc';
const shells: Readonly<Record<string, Shell>> = {
  /** With GNU's tools and mawk, as on Debian. */
  dash: { words: ['dash'], applets: [] },
  /** With its own tools and awk, as on Alpine. */
  busybox: { words: ['busybox', 'sh'], applets: applets.split(' ') },
};

/** What runs the scripts: the layer `contract` has dash, the layer `busybox` runs the same tests again. */
export const nodeShell = process.env['NODE_SHELL'] ?? 'dash';

export function shellNamed(name: string): Shell {
  const shell = shells[name];
  if (shell === undefined) throw new Error(`NODE_SHELL is ${name}: it is one of ${Object.keys(shells).join(', ')}`);
  return shell;
}

export interface RunOptions {
  /** Programs that come before the system's. */
  readonly programs?: Readonly<Record<string, string>>;
}

export interface ActionResult {
  readonly code: number | null;
  readonly report: ActionReport;
}

/** One node in a real network namespace, with a VXLAN device to a peer that answers and to two that do not exist. */
export class NamespaceNode {
  readonly name: string;
  /** Where the scripts keep their state on this node. */
  readonly root: string;
  /** Folders of programs by what is in them: most calls ask for the same ones. */
  readonly #programFolders = new Map<string, Promise<string>>();

  constructor(name: string, root: string) {
    this.name = name;
    this.root = root;
  }

  /** Runs a document's script as the agent does: parameters in the environment, the script as one argument. */
  async run(
    document: DocumentName,
    parameters: Readonly<Record<string, string>>,
    options: RunOptions = {},
  ): Promise<ExecResult> {
    const named = Object.entries(parameters).map(([key, value]) => [`SSM_${key}`, value]);
    return this.runScript(builtScript(document), { RESTITCH_ROOT: this.root, ...Object.fromEntries(named) }, options);
  }

  /** Runs any script with nothing but an environment. */
  async runScript(
    script: string,
    environment: Readonly<Record<string, string>>,
    options: RunOptions = {},
  ): Promise<ExecResult> {
    const { words, applets } = shellNamed(nodeShell);
    const before = `${await this.#programFolder(applets, options.programs ?? {})}:`;
    const enter = 'echo $$ >"$1"; PATH=$2$PATH; shift 2; exec "$@"';
    // The process's number is noted, so that a program of the test can kill the script that called it.
    const argv = [
      ...['ip', 'netns', 'exec', this.name, 'sh', '-c', enter, 'enter', join(this.root, 'script.pid'), before],
      ...words,
      ...['-c', script],
    ];
    return runProgram(argv, {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...environment },
      timeoutMs: 50_000,
    });
  }

  async act(
    document: DocumentName,
    parameters: Readonly<Record<string, string>>,
    options: RunOptions = {},
  ): Promise<ActionResult> {
    const result = await this.run(document, parameters, options);
    const line = result.stdout.trimEnd().split('\n').at(-1) ?? '';
    if (line === '') throw new Error(`no report: exit ${result.code}: ${result.stderr}`);
    return { code: result.code, report: ActionReport.parse(JSON.parse(line)) };
  }

  /** One command line inside the node. */
  exec(line: string): Promise<string> {
    return mustRun(['ip', 'netns', 'exec', this.name, ...line.split(' ')]);
  }

  /** Command lines inside the node, one after the other, in one shell. The first that fails ends them. */
  execAll(lines: readonly string[]): Promise<string> {
    return mustRun(['ip', 'netns', 'exec', this.name, 'sh', '-efc', lines.join('\n')]);
  }

  /** Forgets what the scripts keep: journal, fence, open changes. The programs of the tests stay. */
  async forget(): Promise<void> {
    const folders = new Set(await Promise.all(this.#programFolders.values()));
    const kept = await readdir(this.root);
    await Promise.all(
      kept
        .map((name) => join(this.root, name))
        .filter((path) => !folders.has(path))
        .map((path) => rm(path, { recursive: true, force: true })),
    );
  }

  /** Everything that a bounce may lose, in a comparable form. */
  async tables(): Promise<string> {
    const listed = await this.execAll([
      'ip -4 route show table all dev flannel.1',
      'ip -6 route show table main dev flannel.1',
      'ip neigh show dev flannel.1',
      'bridge fdb show dev flannel.1',
      'ip -o -6 addr show dev flannel.1 scope global',
    ]);
    return listed
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .toSorted()
      .join('\n');
  }

  #programFolder(applets: readonly string[], programs: Readonly<Record<string, string>>): Promise<string> {
    const content = JSON.stringify([applets, programs]);
    const known = this.#programFolders.get(content);
    if (known !== undefined) return known;
    const folder = writePrograms(join(this.root, `programs-${this.#programFolders.size + 1}`), applets, programs);
    this.#programFolders.set(content, folder);
    return folder;
  }
}

async function writePrograms(
  folder: string,
  applets: readonly string[],
  programs: Readonly<Record<string, string>>,
): Promise<string> {
  await mkdir(folder);
  for (const name of applets) if (!(name in programs)) await symlink(busyboxProgram, join(folder, name));
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}

export interface NamespacePair {
  readonly node: NamespaceNode;
  /** Runs one command line inside the peer that answers. */
  onPeer(line: string): Promise<string>;
  remove(): Promise<void>;
}

const rootPrefix = join(tmpdir(), 'restitch-node-');
let pairs = 0;

/** Two namespaces, a wire between them and a VXLAN device over it, programmed on the far side only. */
export async function createNamespacePair(): Promise<NamespacePair> {
  pairs += 1;
  keepNamespaces(`rsn${process.pid}-`, `${rootPrefix}${process.pid}-`);
  const near = `rsn${process.pid}-${pairs}a`;
  const far = `rsn${process.pid}-${pairs}b`;
  const root = await mkdtemp(`${rootPrefix}${process.pid}-`);
  const remove = async () => {
    for (const name of [near, far]) await runProgram(['ip', 'netns', 'del', name]);
    await rm(root, { recursive: true, force: true });
  };
  try {
    for (const name of [near, far]) {
      await mustRun(['ip', 'netns', 'add', name]);
      // No duplicate address detection: it takes up to a second for each address.
      const noDetection = ['all', 'default'].map((of) => `net.ipv6.conf.${of}.accept_dad=0`);
      await mustRun(['ip', 'netns', 'exec', name, 'sysctl', '-q', '-w', ...noDetection]);
    }
    await mustRun(['ip', 'link', 'add', 'wire0', 'netns', near, 'type', 'veth', 'peer', 'name', 'wire0', 'netns', far]);
    await build(near, 1, true);
    await build(far, 2, false);
    await batch(far, [
      'neigh replace 10.42.1.0 lladdr 02:00:00:00:00:01 dev flannel.1 nud permanent',
      'route replace 10.42.1.0/24 via 10.42.1.0 dev flannel.1 onlink',
    ]);
    await mustRun(
      'bridge -n NAME fdb replace 02:00:00:00:00:01 dst 192.0.2.1 dev flannel.1'.replace('NAME', far).split(' '),
    );
  } catch (error) {
    await remove();
    throw error;
  }
  const onPeer = (line: string) => mustRun(['ip', 'netns', 'exec', far, ...line.split(' ')]);
  return { node: new NamespaceNode(near, root), onPeer, remove };
}

async function build(name: string, number: number, withWireguard: boolean): Promise<void> {
  await batch(name, [
    'link set lo up',
    'link set wire0 up',
    `addr add 192.0.2.${number}/24 dev wire0`,
    `link add flannel.1 address 02:00:00:00:00:0${number} type vxlan id 1 dstport 8472 local 192.0.2.${number} dev wire0 nolearning`,
    `addr add 10.42.${number}.0/32 dev flannel.1`,
    'link set flannel.1 up',
    ...(withWireguard ? ['link add wg0 type bridge', 'link set wg0 up'] : []),
  ]);
}

async function batch(name: string, lines: readonly string[]): Promise<void> {
  await mustRun(['ip', '-n', name, '-batch', '-'], { stdin: `${lines.join('\n')}\n` });
}

/** The entries that the near node must hold for the peer that answers. */
export const peerOperations = [
  'neigh replace 10.42.2.0 lladdr 02:00:00:00:00:02 dev flannel.1',
  'fdb replace 02:00:00:00:00:02 dst 192.0.2.2 dev flannel.1',
  'route replace 10.42.2.0/24 via 10.42.2.0 dev flannel.1 onlink',
] as const;

/** Program calls that put them there. */
export const peerEntries = [
  'ip neigh replace 10.42.2.0 lladdr 02:00:00:00:00:02 dev flannel.1 nud permanent',
  'bridge fdb replace 02:00:00:00:00:02 dev flannel.1 dst 192.0.2.2 self permanent',
  'ip route replace 10.42.2.0/24 via 10.42.2.0 dev flannel.1 onlink',
] as const;

/** Kills the script that calls it first, as a node that loses power or an agent that is out of patience. */
export const killsItsScript = (root: string) =>
  `mkdir '${root}/killed' 2>/dev/null && kill -9 "$(cat '${root}/script.pid')"`;
