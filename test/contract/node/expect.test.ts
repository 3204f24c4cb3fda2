import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { isExpectedWord } from '../../../core/watchdog/expected-word.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import type { NamespaceNode } from './namespace-pair.ts';
import { onPair as it } from './on-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

const SELF = 'self gpu-1 overlay=vxlan device=flannel.1 vni=1 site=dc-a ip=10.200.0.1 pods=10.42.1.0/24';
const PEER = 'peer gpu-2 site=dc-a ip=10.200.0.2 pods=10.42.2.0/24 mac=0a:58:0a:2a:02:00';

const packed = (text: string | Buffer) => gzipSync(text).toString('base64');
const contentOf = (...lines: readonly string[]) => packed(`${lines.join('\n')}\n`);
const fileOf = ({ root }: NamespaceNode) => join(root, 'var', 'lib', 'restitch', 'expected-network');
const readFileOf = (node: NamespaceNode) => readFile(fileOf(node), 'utf8');

describe.skipIf(obstacles.length > 0)(`the expect document${why}`, { concurrent: true }, () => {
  const send = (node: NamespaceNode, content: string, generation = '1700000000000') =>
    node.act('expect', { generation, content });

  it('writes the file, which root alone may write, and leaves nothing else behind', async ({ node }) => {
    const { code, report } = await send(node, contentOf(SELF, PEER));
    expect(report).toMatchObject({ action: 'expect', status: 'applied', reason: null });
    expect(code).toBe(0);
    expect(await readFileOf(node)).toBe(`# kept by Restitch, generation 1700000000000\n${SELF}\n${PEER}\n`);
    expect((await stat(fileOf(node))).mode & 0o777).toBe(0o600);
    expect(await readdir(join(node.root, 'var', 'lib', 'restitch'))).toEqual(['expected-network']);
    expect((await readdir(join(node.root, 'run', 'restitch'))).filter((name) => name.startsWith('work'))).toEqual([]);
  });

  it('replaces an older file and one that a person wrote, and refuses to go back', async ({ node }) => {
    await mkdir(join(node.root, 'var', 'lib', 'restitch'), { recursive: true });
    await writeFile(fileOf(node), 'self gpu-1\n');
    for (const generation of ['1700000000000', '1700000000001', '1700000000001'])
      expect((await send(node, contentOf(SELF), generation)).report.status).toBe('applied');
    const { code, report } = await send(node, contentOf(SELF, PEER), '1700000000000');
    expect(report).toMatchObject({ status: 'refused', reason: 'the file is of the newer generation 1700000000001' });
    expect(code).toBe(3);
    expect(await readFileOf(node)).not.toContain('peer');
  });

  it('removes what a run that was killed left, and not the copies of a person', async ({ node }) => {
    await mkdir(join(node.root, 'var', 'lib', 'restitch'), { recursive: true });
    for (const name of ['expected-network.99999999.1', 'expected-network.bak'])
      await writeFile(join(node.root, 'var', 'lib', 'restitch', name), 'x');
    await send(node, contentOf(SELF));
    expect((await readdir(join(node.root, 'var', 'lib', 'restitch'))).toSorted()).toEqual([
      'expected-network',
      'expected-network.bak',
    ]);
  });

  describe('refuses, and keeps the file that is there', () => {
    it.for([
      ['a command', contentOf(SELF, '$(touch /tmp/x)'), 'line 2: neither self nor peer'],
      ['a comment', contentOf('# x', SELF), 'line 1: neither self nor peer'],
      ['an empty line', contentOf(SELF, '', PEER), 'line 2: neither self nor peer'],
      ['two lines of its own', contentOf(SELF, SELF), 'not one line self'],
      ['no line of its own', contentOf(PEER), 'not one line self'],
      ['nothing', packed(''), 'not one line self'],
      ['a word of another format', contentOf(`${SELF} colour=red`), 'line 1: word 9 is none of the format'],
      ['a word without a value', contentOf(SELF, 'peer gpu-2 site'), 'line 2: word 3 is none of the format'],
      ['a node without a name', contentOf(SELF, 'peer'), 'line 2: no name'],
      ['characters outside ASCII', contentOf(SELF, 'peer gpü-2'), 'line 2: a character that no line has'],
      ['what is not gzip', Buffer.from(SELF).toString('base64'), 'content is not gzip, or is too large'],
      ['half of a file', packed(SELF.repeat(20)).slice(0, -24), 'content is not gzip, or is too large'],
      ['megabytes', packed(Buffer.alloc(8 * 1024 * 1024, 'a')), 'content is not gzip, or is too large'],
      ['a longer parameter', 'A'.repeat(32_769), 'content is longer than 32768 characters'],
      ['what is not base64', '====', /^content is not (base64|gzip)/],
    ] as const)('%s', async ([, content, reason], { node }) => {
      await send(node, contentOf(SELF));
      const before = await readFileOf(node);
      const { code, report } = await send(node, content, '1700000000009');
      expect(report.status).toBe('refused');
      expect(report.reason).toMatch(reason);
      expect(code).toBe(3);
      expect(await readFileOf(node)).toBe(before);
    });

    it('a parameter that an old agent does not put into the environment', async ({ node }) => {
      const { report } = await node.act('expect', { generation: '1' });
      expect(report).toMatchObject({ status: 'refused', reason: expect.stringContaining('SSM agent is older') });
    });
  });

  it('takes every word of the format, and no value that the format does not have', async ({ node }) => {
    const values = {
      ...{ overlay: 'host-gw', device: 'flannel.1', device6: 'flannel-v6.1', tunnel: 'wg0', bridge: 'cni0' },
      ...{ vni: '16777215', port: '8472', mtu: '8921', site: 'dc_a.1', role: 'gpu', pool: 'p-1', hub: 'hub-1.example' },
      ...{ tunneladdress: 'fd00::1', ip: '10.0.0.1', ip6: '2001:db8::1', pods: '10.42.0.0/24', pods6: 'fd00::/64' },
      ...{ mac: '0a:58:0a:2a:02:00', mac6: '02:00:00:00:00:ff', key: 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=' },
    };
    const words = Object.entries(values).map(([key, value]) => `${key}=${value}`);
    const whole = await send(node, contentOf(`self gpu-1 ${words.join(' ')}`, `peer gpu-2 ${words.join(' ')}`));
    expect(whole.report).toMatchObject({ status: 'applied' });

    const wrong: Readonly<Record<string, readonly string[]>> = {
      overlay: ['', 'vxlan2', 'VXLAN'],
      device: ['', '-x', 'a/b', 'a'.repeat(16), '$(id)'],
      vni: ['', '-1', '1x', '123456789'],
      site: ['', '.x', 'a;b', 'a'.repeat(254), '`id`'],
      ip: ['', '1', 'host', '10.0.0.1/24', '1'.repeat(46)],
      pods: ['', '10.42.0.0', '10.42.0.0/', '/24', '10.42.0.0/1234', '10.42.0.0/2/4'],
      mac: ['', '0a:58:0a:2a:02', '0A:58:0a:2a:02:00', '0a-58-0a-2a-02-00', '0:a58:0a:2a:02:00'],
      key: ['', 'short=', `${'A'.repeat(44)}`, `${'A'.repeat(42)}==`],
    };
    for (const [key, candidates] of Object.entries(wrong))
      for (const value of candidates) {
        expect(isExpectedWord(key, value), `${key}=${value}`).toBe(false);
        const { report } = await send(node, contentOf(`self gpu-1 ${key}=${value}`), '1700000000001');
        expect(report.status, `${key}=${value}`).toBe('refused');
      }
    for (const [key, value] of Object.entries(values)) expect(isExpectedWord(key, value), key).toBe(true);
  });
});
