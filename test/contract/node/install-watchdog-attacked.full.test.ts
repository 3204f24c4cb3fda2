import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onboardingFile } from '../../../monitoring/watchdog/onboarding-file.ts';
import { packWatchdog } from '../../../monitoring/watchdog/pack-watchdog.ts';
import { dyingAt } from './kill-at.ts';
import { createOnboardingNode, type OnboardingNode } from './onboarding-node.ts';

const SCRIPT = 'usr/local/sbin/restitch-watchdog';
const SERVICE = 'etc/systemd/system/restitch-watchdog.service';
const TIMER = 'etc/systemd/system/restitch-watchdog.timer';
const STATE = 'var/lib/restitch';

const filesOf = ({ root }: OnboardingNode) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^(etc|usr|var)\/.*restitch/.test(path))
    .toSorted();

/** The version before: every file is another. */
const versionBefore = (file: string) => {
  const shipped = (name: string) =>
    readFileSync(join(import.meta.dirname, '../../../monitoring/watchdog', name), 'utf8');
  return file === 'watchdog.generated'
    ? packWatchdog({
        script: '#!/bin/sh\necho before\n',
        service: `${shipped('restitch-watchdog.service')}Nice=6\n`,
        timer: shipped('restitch-watchdog.timer').replace('OnBootSec=30s', 'OnBootSec=40s'),
      })
    : onboardingFile(file);
};

/** Names of what outlives the document, and how often systemd was told something. */
const watchedOn = ({ root }: OnboardingNode) => [
  ...['run/restitch/*', 'var/lib/restitch/*', 'usr/local/sbin/*', 'etc/systemd/system/*'].map(
    (path) => `${root}/${path}`,
  ),
  `${root}/told/*`,
];

/** A systemd that knows a unit as it was when it was last told to read them all, and runs the timer as it knew it then. */
const systemd = ({ root }: OnboardingNode) => `#!/bin/sh
known='${root}/known'
mkdir -p "$known" '${root}/told'
case $1 in
daemon-reload) rm -f "$known"/*; cp '${root}'/etc/systemd/system/restitch* "$known" 2>/dev/null || : ;;
restart | enable) [ -e "$known/restitch-watchdog.timer" ] || exit 5; cp "$known/restitch-watchdog.timer" '${root}/running' ;;
disable) rm -f '${root}/running' ;;
is-active | is-enabled) [ -e '${root}/running' ]; exit ;;
esac
: >"${root}/told/$1.$$"
`;

describe('install-watchdog that is killed at any moment, and runs again', () => {
  it.each([
    ['a first installation', 'install', undefined],
    ['an update', 'install', versionBefore],
    ['a removal', 'remove', onboardingFile],
  ] as const)('%s', (_, mode, installed) => {
    const folder = (node: OnboardingNode) => join(node.root, '..');
    let moments = 0;
    for (let at = 1; ; at++) {
      const node = createOnboardingNode();
      node.program('systemctl', systemd(node));
      if (installed !== undefined)
        expect(node.run('install-watchdog', {}, { readPart: installed }).report['status']).toBe('applied');
      const before = dyingAt(at, folder(node), watchedOn(node));
      const { code } = node.run('install-watchdog', { mode }, { before: `${before}set -x\n` });
      if (code !== null) break;
      moments = at;
      expect(node.run('install-watchdog', { mode }).code, `${at}`).toBe(0);
      expect(node.run('install-watchdog', { mode }).report['status'], `${at}`).toBe('unchanged');
      if (mode === 'remove') {
        expect(filesOf(node), `${at}`).toEqual([STATE]);
        expect([existsSync(join(node.root, 'running')), readdirSync(join(node.root, 'known'))], `${at}`).toEqual([
          false,
          [],
        ]);
      } else {
        expect(filesOf(node), `${at}`).toEqual([SERVICE, TIMER, SCRIPT, STATE, `${STATE}/watchdog.sha256`].toSorted());
        // What runs is what is installed.
        for (const unit of [SERVICE, TIMER])
          expect(readFileSync(join(node.root, 'known', unit.split('/').at(-1) ?? ''), 'utf8')).toBe(
            readFileSync(join(node.root, unit), 'utf8'),
          );
        expect(readFileSync(join(node.root, 'running'), 'utf8'), `${at}`).toBe(
          readFileSync(join(node.root, TIMER), 'utf8'),
        );
      }
      expect(readdirSync(join(node.root, 'run/restitch')), `${at}`).toEqual([]);
    }
    expect(moments).toBeGreaterThan(6);
  });
});

describe('install-watchdog on a host under attack', () => {
  it.each([
    [
      'a state that others may write to',
      (root: string) => chmodSync(join(root, STATE), 0o777),
      'can be written by other users',
    ],
    [
      'a state that is a link',
      (root: string) => {
        rmSync(join(root, STATE), { recursive: true });
        symlinkSync(join(root, 'etc'), join(root, STATE));
      },
      'is a link',
    ],
  ])('refuses %s: whoever writes there decides which files are its own', (_, change, reason) => {
    const node = createOnboardingNode();
    mkdirSync(join(node.root, STATE), { recursive: true });
    change(node.root);
    const { code, report } = node.run('install-watchdog');
    expect([code, report['status'], report['reason']]).toEqual([3, 'refused', expect.stringContaining(reason)]);
    expect(existsSync(join(node.root, SCRIPT))).toBe(false);
    expect(node.systemctl()).toEqual([]);
  });

  it.each([
    ['cannot be written', 'exit 1'],
    ['is full', 'for word; do case $word in of=*) printf half >"$(echo "$word" | cut -c4-)" ;; esac; done; exit 1'],
  ])('a disk that %s: it says which file, and leaves no half of it', (_, words) => {
    const node = createOnboardingNode();
    node.program(
      'dd',
      `#!/bin/sh\ncase "$*" in *restitch-watchdog*) ${words} ;; esac\nPATH=/usr/bin:/bin exec dd "$@"\n`,
    );
    const { code, report } = node.run('install-watchdog');
    expect([code, report['reason']]).toEqual([1, `cannot write /${SCRIPT}`]);
    expect(filesOf(node)).toEqual([STATE, `${STATE}/watchdog.sha256`]);
    expect(node.systemctl()).toEqual([]);
  });

  it('a root that cannot be written: it says which folder', () => {
    const node = createOnboardingNode();
    mkdirSync(join(node.root, 'usr'));
    symlinkSync('/nonexistent', join(node.root, 'usr/local'));
    expect(node.run('install-watchdog').report).toMatchObject({
      status: 'failed',
      reason: 'cannot write /usr/local/sbin',
    });
  });
});
