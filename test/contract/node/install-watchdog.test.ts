import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onboardingFile } from '../../../monitoring/watchdog/onboarding-file.ts';
import { packWatchdog } from '../../../monitoring/watchdog/pack-watchdog.ts';
import { createOnboardingNode, type OnboardingNode } from './onboarding-node.ts';

const monitoring = join(import.meta.dirname, '..', '..', '..', 'monitoring', 'watchdog');
const shipped = (name: string) => readFileSync(join(monitoring, name), 'utf8');
const SCRIPT = 'usr/local/sbin/restitch-watchdog';
const SERVICE = 'etc/systemd/system/restitch-watchdog.service';
const TIMER = 'etc/systemd/system/restitch-watchdog.timer';

const textOf = ({ root }: OnboardingNode, path: string) => readFileSync(join(root, path), 'utf8');
const filesOf = ({ root }: OnboardingNode) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => !lstatSync(join(root, path)).isDirectory())
    .toSorted();

/** The document of another version, whose script is another. */
const nextVersion = (file: string) =>
  file === 'watchdog.generated'
    ? packWatchdog({
        script: '#!/bin/sh\necho next\n',
        service: shipped('restitch-watchdog.service'),
        timer: shipped('restitch-watchdog.timer').replace('OnBootSec=30s', 'OnBootSec=40s'),
      })
    : onboardingFile(file);

describe('install-watchdog', () => {
  it('installs the shipped script and units, and starts the timer', () => {
    const node = createOnboardingNode();
    const { code, report } = node.run('install-watchdog');
    expect([code, report['status'], report['reason']]).toEqual([0, 'applied', null]);
    expect(report['changed']).toEqual([`/${SCRIPT}`, `/${SERVICE}`, `/${TIMER}`]);
    expect(textOf(node, SCRIPT)).toBe(shipped('restitch-watchdog'));
    expect(statSync(join(node.root, SCRIPT)).mode & 0o777).toBe(0o755);
    expect(statSync(join(node.root, TIMER)).mode & 0o777).toBe(0o644);
    expect(node.systemctl()).toEqual([
      'daemon-reload',
      'enable restitch-watchdog.timer',
      'restart restitch-watchdog.timer',
    ]);
  });

  it('gives the script the folder of the textfile collector, and no other to write to', () => {
    const node = createOnboardingNode();
    mkdirSync(join(node.root, 'srv/textfiles'), { recursive: true });
    expect(node.run('install-watchdog', { textfileFolder: '/srv/textfiles' }).code).toBe(0);
    const unit = textOf(node, SERVICE).split('\n');
    expect(unit).toContain('Environment=WATCHDOG_OUT=/srv/textfiles/restitch.prom');
    expect(unit.filter((line) => line.startsWith('ReadWritePaths'))).toEqual(['ReadWritePaths=/srv/textfiles']);
    const lines = (text: string) =>
      text
        .split('\n')
        .filter((line) => !/^(#|Environment|ReadWrite)/.test(line))
        .join('\n')
        .trim();
    expect(lines(unit.join('\n'))).toBe(lines(shipped('restitch-watchdog.service')));
  });

  it('changes nothing the second time, and writes nothing', () => {
    const node = createOnboardingNode();
    node.run('install-watchdog');
    node.systemctl();
    const before = filesOf(node).map((path) => statSync(join(node.root, path)).mtimeMs);
    const { code, report } = node.run('install-watchdog');
    expect([code, report['status'], report['unchangedCount']]).toEqual([0, 'unchanged', 3]);
    expect(filesOf(node).map((path) => statSync(join(node.root, path)).mtimeMs)).toEqual(before);
    expect(node.systemctl()).toEqual([
      'is-active --quiet restitch-watchdog.timer',
      'is-enabled --quiet restitch-watchdog.timer',
    ]);
  });

  it('updates what it installed, and only what is different', () => {
    const node = createOnboardingNode();
    node.run('install-watchdog');
    const { report } = node.run('install-watchdog', {}, { readPart: nextVersion });
    expect([report['status'], report['changed']]).toEqual(['applied', [`/${SCRIPT}`, `/${TIMER}`]]);
    expect(textOf(node, SCRIPT)).toBe('#!/bin/sh\necho next\n');
    // And back, as after a rollback.
    expect(node.run('install-watchdog').report['status']).toBe('applied');
    expect(textOf(node, SCRIPT)).toBe(shipped('restitch-watchdog'));
  });

  it('starts a timer that was stopped', () => {
    const node = createOnboardingNode();
    node.run('install-watchdog');
    node.run('install-watchdog', { mode: 'remove' });
    node.run('install-watchdog');
    node.systemctl();
    node.program('systemctl', '#!/bin/sh\ncase $1 in is-active) exit 3 ;; esac\nexit 0\n');
    expect(node.run('install-watchdog').report).toMatchObject({
      status: 'applied',
      changed: ['restitch-watchdog.timer'],
    });
  });

  it('takes over what a person installed from this version by hand', () => {
    const node = createOnboardingNode();
    mkdirSync(join(node.root, 'usr/local/sbin'), { recursive: true });
    writeFileSync(join(node.root, SCRIPT), shipped('restitch-watchdog'));
    expect(node.run('install-watchdog').report).toMatchObject({
      status: 'applied',
      changed: [`/${SERVICE}`, `/${TIMER}`],
    });
  });

  it.each([
    ['a script of somebody else', SCRIPT, (path: string) => writeFileSync(path, '#!/bin/sh\nrm -rf /\n')],
    [
      'a script that a person changed',
      SCRIPT,
      (path: string) => writeFileSync(path, `${shipped('restitch-watchdog')}# mine\n`),
    ],
    ['a masked timer', TIMER, (path: string) => symlinkSync('/dev/null', path)],
    ['a link to nowhere', SERVICE, (path: string) => symlinkSync('/nonexistent', path)],
    ['a folder', SERVICE, (path: string) => mkdirSync(path)],
  ])('refuses %s, and changes nothing at all', (_, path, make) => {
    const node = createOnboardingNode();
    mkdirSync(join(node.root, 'usr/local/sbin'), { recursive: true });
    make(join(node.root, path));
    const before = filesOf(node);
    for (const mode of ['install', 'remove']) {
      const { code, report } = node.run('install-watchdog', { mode });
      expect([code, report['status'], report['reason']]).toEqual([
        3,
        'refused',
        expect.stringContaining(`/${path} is not as it was installed here`),
      ]);
    }
    expect([filesOf(node), node.systemctl()]).toEqual([before, []]);
  });

  it('refuses a changed file of a version before, and knows its own after it was killed halfway', () => {
    const node = createOnboardingNode();
    // Everything was recorded, and the script alone written.
    node.run('install-watchdog', {}, { readPart: nextVersion });
    for (const path of [SERVICE, TIMER]) rmSync(join(node.root, path));
    expect(node.run('install-watchdog').report['status']).toBe('applied');
    expect(textOf(node, SCRIPT)).toBe(shipped('restitch-watchdog'));
  });

  it('leaves other units and drop-ins alone, and removes copies that a killed run left', () => {
    const node = createOnboardingNode();
    const units = join(node.root, 'etc/systemd/system');
    mkdirSync(join(units, 'restitch-watchdog.service.d'));
    writeFileSync(join(units, 'restitch-watchdog.service.d', 'pods.conf'), '[Service]\nEnvironment=WATCHDOG_PODS=on\n');
    for (const name of ['other.service', 'restitch-watchdog.timer.bak', 'restitch-watchdog.timer.99999999.1'])
      writeFileSync(join(units, name), 'x');
    node.run('install-watchdog');
    node.run('install-watchdog', { mode: 'remove' });
    expect(readdirSync(units).toSorted()).toEqual([
      'other.service',
      'restitch-watchdog.service.d',
      'restitch-watchdog.timer.bak',
    ]);
  });

  it('removes what it installed, with its last result, and nothing the second time', () => {
    const node = createOnboardingNode();
    node.run('install-watchdog');
    node.systemctl();
    const result = join(node.root, 'var/lib/prometheus/node-exporter/restitch.prom');
    writeFileSync(result, 'restitch_x 1\n');
    const { code, report } = node.run('install-watchdog', { mode: 'remove' });
    expect([code, report['changed']]).toEqual([0, [`/${SCRIPT}`, `/${SERVICE}`, `/${TIMER}`]]);
    expect(node.systemctl()).toEqual(['disable --now restitch-watchdog.timer', 'daemon-reload']);
    expect([existsSync(result), existsSync(join(node.root, SCRIPT))]).toEqual([false, false]);
    expect(node.run('install-watchdog', { mode: 'remove' }).report['status']).toBe('unchanged');
  });

  it('says when systemd refuses', () => {
    const node = createOnboardingNode();
    node.program('systemctl', '#!/bin/sh\necho "Failed to connect to bus" >&2\nexit 1\n');
    expect(node.run('install-watchdog')).toMatchObject({
      code: 1,
      report: { status: 'failed', reason: 'systemctl daemon-reload: Failed to connect to bus' },
    });
  });

  it.each([
    ['no systemd', (root: string) => rmSync(join(root, 'run/systemd'), { recursive: true }), 'as a DaemonSet'],
    [
      'no textfile collector',
      (root: string) => rmSync(join(root, 'var/lib/prometheus'), { recursive: true }),
      'there is no folder /var/lib/prometheus/node-exporter',
    ],
  ])('refuses a host with %s', (_, change, reason) => {
    const node = createOnboardingNode();
    change(node.root);
    const { code, report } = node.run('install-watchdog');
    expect([code, report['reason']]).toEqual([3, expect.stringContaining(reason)]);
    expect(existsSync(join(node.root, SCRIPT))).toBe(false);
  });

  it.each([
    [{ mode: 'purge' }],
    [{ mode: '' }],
    [{ textfileFolder: 'relative' }],
    [{ textfileFolder: '/a b' }],
    [{ textfileFolder: "/a'; id" }],
    [{ textfileFolder: '/a|b' }],
  ])('refuses %j', (parameters) => {
    const node = createOnboardingNode();
    expect(node.run('install-watchdog', parameters).code).toBe(3);
    expect(node.systemctl()).toEqual([]);
  });

  it('refuses under an agent that gives no parameters', () => {
    const { code, report } = createOnboardingNode().run('install-watchdog', {}, { withoutParameters: true });
    expect([code, report['reason']]).toEqual([3, expect.stringContaining('older than 3.3.2746.0')]);
  });
});
