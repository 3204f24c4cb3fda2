import { chown, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { buildWatchdogFrom } from '../../../monitoring/watchdog/build-watchdog.ts';
import { onHealthyPair } from './on-pair.ts';
import { mountSmallDisk } from './small-disk.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;
const script = buildWatchdogFrom();
const PROMETHEUS = 65_534;

/** A node whose textfile folder is that of another user, as Debian makes it, and a file of somebody else. */
const it = onHealthyPair.extend('host', async ({ node }) => {
  const [textfiles, state, victim] = ['textfiles', 'state', 'victim'].map((name) => join(node.root, name)) as [
    string,
    string,
    string,
  ];
  await mkdir(textfiles, { mode: 0o755 });
  await chown(textfiles, PROMETHEUS, PROMETHEUS);
  await mkdir(victim);
  await writeFile(join(victim, 'passwd'), 'root:x:0:0\n');
  const out = join(textfiles, 'restitch.prom');
  const run = (programs: Readonly<Record<string, string>> = {}) =>
    node.runScript(
      script,
      {
        WATCHDOG_OUT: out,
        WATCHDOG_STATE: state,
        WATCHDOG_ROOT: node.root,
        WATCHDOG_EXPECTED: join(node.root, 'none'),
      },
      { programs },
    );
  const isUntouched = async () => {
    expect(await readdir(victim)).toEqual(['passwd']);
    expect(await readFile(join(victim, 'passwd'), 'utf8')).toBe('root:x:0:0\n');
  };
  return { textfiles, state, victim, out, run, isUntouched };
});

const isWhole = async (out: string) =>
  expect(await readFile(out, 'utf8')).toMatch(/^# HELP [\s\S]*\nrestitch_watchdog_duration_seconds\{[^}]*\} -?\d+\n/);

describe.skipIf(obstacles.length > 0)(`the watchdog on a host under attack${why}`, { concurrent: true }, () => {
  it('writes through no link that waits for it, and says that it could not write', async ({ host }) => {
    // The folder's owner is as quick as can be: the link is there just after old files were removed.
    const rm = `PATH=/usr/bin:/bin rm "$@"; case "$*" in *restitch.prom*) ln -s '${host.victim}/passwd' '${host.out}.'$PPID ;; esac`;
    const { code, stderr } = await host.run({ rm });
    expect(stderr).toContain(`restitch-watchdog: cannot write ${host.out}`);
    expect(code).toBe(1);
    await host.isUntouched();
  });

  it('replaces a link in the place of its file, and removes what killed runs left', async ({ host }) => {
    await symlink(join(host.victim, 'passwd'), host.out);
    await symlink(join(host.victim, 'passwd'), `${host.out}.4711`);
    await writeFile(`${host.out}.4712`, 'half');
    expect((await host.run()).code).toBe(0);
    await isWhole(host.out);
    expect(await readdir(host.textfiles)).toEqual(['restitch.prom']);
    await host.isUntouched();
  });

  it('puts nothing into a folder that its file leads to', async ({ host }) => {
    await symlink(host.victim, host.out);
    expect((await host.run()).code).toBe(1);
    await host.isUntouched();
    expect(await readdir(host.textfiles)).toEqual(['restitch.prom']);
  });

  it('keeps its last result when there is no room for the next, and no half of it', async ({
    host,
    onTestFinished,
  }) => {
    const disk = await mountSmallDisk(host.textfiles);
    onTestFinished(() => disk.remove());
    expect((await host.run()).code).toBe(0);
    const before = await readFile(host.out, 'utf8');
    await disk.fill();
    expect((await host.run()).stderr).toContain(`cannot write ${host.out}`);
    expect(await readFile(host.out, 'utf8')).toBe(before);
    expect((await readdir(host.textfiles)).toSorted()).toEqual(['fill', 'restitch.prom']);
  });

  it('takes no table that was cut off for one whose entries are gone', async ({ host, onTestFinished }) => {
    const disk = await mountSmallDisk(host.state);
    onTestFinished(() => disk.remove());
    const filling = `${disk.filling}; PATH=/usr/sbin:/usr/bin:/sbin:/bin exec bridge "$@"`;
    const { code, stderr } = await host.run({ bridge: filling });
    expect(stderr).toContain(`restitch-watchdog: there is no room in ${host.state}`);
    expect(code).toBe(1);
    expect(await readdir(host.textfiles)).toEqual([]);
  });

  it('measures while its clock is set back', async ({ node, host }) => {
    const system = 'PATH=/usr/bin:/bin';
    const date = `echo >>'${node.root}/looks'; [ "$1" = +%s ] || { ${system} exec date "$@"; exit; }
echo $(($(${system} date +%s) - 3600 * $(wc -l <'${node.root}/looks')))`;
    expect((await host.run({ date })).code).toBe(0);
    await isWhole(host.out);
  });
});
