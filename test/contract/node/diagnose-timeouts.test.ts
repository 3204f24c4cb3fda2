import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { parseNodeEvidence } from '../../../functions/runbook/look/parse-output.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { mustRun, runProgram } from '../../../lab/run-program.ts';
import { builtScript } from './built-script.ts';
import { diagnoseOn, diagnoseParameters } from './diagnosed-node.ts';
import { onHealthyPair as it } from './on-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

/** A wget that is ended in the middle of a line. */
const cutWget = `case $* in *127.0.0.1*) echo 'Connection refused'; exit 4 ;; esac; printf 'Connecting to it... '; exec sleep 9`;
/** A WireGuard device without peers. */
const wg = "printf 'private\\tpublic\\t51820\\toff\\n'";

// They wait for connections and programs, so they wait together.
describe.skipIf(obstacles.length > 0)(`what the diagnose document waits for${why}`, { concurrent: true }, () => {
  it('takes an accepted and a refused connection as an answer, and silence as none', async ({ node }) => {
    const probes = 'tcp-a/127.0.0.1/10250/connect,tcp-b/10.42.2.0/10250/connect,tcp-c/10.42.2.9/10250/connect';
    const { evidence } = await diagnoseOn(node, { probes }, { programs: { wg } });
    expect(
      evidence.probes.map(({ name, mode, payloadBytes, sent, received }) => [name, mode, payloadBytes, sent, received]),
    ).toEqual([
      ['tcp-a', 'connect', 10_250, 1, 1],
      ['tcp-b', 'connect', 10_250, 1, 1],
      ['tcp-c', 'connect', 10_250, 1, 0],
    ]);
    expect(evidence.unseen).toEqual([]);
  });

  it.for(['curl', 'wget', 'cut wget', 'nc', 'none'])(
    'connects with %s where there is no bash',
    async (tool, { node }) => {
      // A folder with every program but those that connect.
      const bin = join(node.root, 'bin');
      const others =
        'awk base64 bridge cat date dash dd grep gzip head ip ln mkdir mktemp mv ping readlink rm sed sleep sort sysctl timeout tr uname wc';
      await mkdir(bin);
      for (const name of [...others.split(' '), ...(['curl', 'wget'].includes(tool) ? [tool] : [])])
        await symlink((await mustRun(['sh', '-c', `command -v ${name}`])).trim(), join(bin, name));
      if (tool === 'nc') await symlink('/usr/bin/busybox', join(bin, 'nc'));
      if (tool === 'cut wget') await writeFile(join(bin, 'wget'), `#!/bin/dash\n${cutWget}\n`, { mode: 0o755 });
      await writeFile(join(bin, 'wg'), `#!/bin/dash\n${wg}\n`, { mode: 0o755 });
      const probes = 'tcp-a/127.0.0.1/10250/connect,tcp-c/10.42.2.9/10250/connect';
      const variables = Object.entries({ ...diagnoseParameters, probes }).map(
        ([name, value]) => `SSM_${name}=${value}`,
      );
      const enter = [
        'ip',
        'netns',
        'exec',
        node.name,
        'env',
        '-i',
        `PATH=${bin}`,
        `RESTITCH_ROOT=${node.root}`,
      ] as const;
      const argv = [...enter, ...variables, 'dash', '-c', builtScript('diagnose')] as const;
      const { stdout } = await runProgram(argv, { timeoutMs: 15_000 });
      const parsed = parseNodeEvidence(stdout);
      if (parsed.type === 'invalid') throw new Error(`${parsed.why}: ${stdout}`);
      const answered = parsed.value.evidence.probes.map(({ sent, received }) => [sent, received]);
      const gap = { what: 'tcp', why: 'no program that makes TCP connections' };
      expect([answered, parsed.value.evidence.unseen]).toEqual(
        tool === 'none'
          ? [[], [gap]]
          : [
              [
                [1, 1],
                [1, 0],
              ],
              [],
            ],
      );
    },
  );

  it('says of a ping that ran out of time what it sent, and of one that sent nothing that it sent nothing', async ({
    node,
  }) => {
    const ping = `for last; do :; done; case $last in 192.0.2.2) exec /usr/bin/ping -i 0.2 -c 1000 "$last" ;; esac; exec sleep 30`;
    const probes = 'underlay-b/192.0.2.2/56/echo,vtep-b/10.42.2.0/56/echo,mtu-b/10.42.2.0/1422/search';
    const { evidence } = await diagnoseOn(node, { probes }, { programs: { wg, ping } });
    const [underlay, vtep, ...others] = evidence.probes;
    expect([underlay?.name, vtep?.name, others]).toEqual(['underlay-b', 'vtep-b', []]);
    expect(underlay?.sent).toBeGreaterThan(10);
    expect(underlay?.received).toBe(underlay?.sent);
    expect(vtep).toMatchObject({ sent: 0, received: 0 });
    expect(evidence.unseen).toEqual([{ what: 'search', why: 'a search for the MTU could not be finished' }]);
  });

  it.for<['ends' | 'waits for', string, number, number | undefined]>([
    ['ends', 'is near, and answers everything', 10, 0.5],
    ['waits for', 'is far away, and answers everything', 10, 900],
    ['waits for', 'is near, and leaves a packet unanswered', 9, 0.5],
    ['waits for', 'answers nothing', 0, undefined],
  ])('%s probes through the overlay to a host that below it %s', async ([what, , received, slowest], { node }) => {
    const rtt = slowest === undefined ? '' : `echo 'rtt min/avg/max/mdev = 0.100/0.200/${slowest}/0.000 ms'`;
    const below = `echo '10 packets transmitted, ${received} received, 0% packet loss'; ${rtt}`;
    const ping = `for last; do :; done; case $last in 192.0.2.2) ${below} ;; *) exec /usr/bin/ping -n -i 0.5 -c 5 -W 1 10.42.2.9 ;; esac`;
    const probes = 'underlay-b/192.0.2.2/56/echo,vtep-b/10.42.2.0/56/echo';
    const { evidence } = await diagnoseOn(node, { probes }, { programs: { wg, ping } });
    const sent = evidence.probes.find(({ name }) => name === 'vtep-b')?.sent;
    expect(sent).toBeGreaterThan(0);
    expect(sent === 5 ? 'waits for' : 'ends').toBe(what);
  });

  it('ends nothing of another host or of IPv6, and nothing that has had an answer', async ({ node }) => {
    const below = `echo '10 packets transmitted, 10 received, 0% packet loss'; echo 'rtt min/avg/max/mdev = 0.1/0.2/0.5/0.0 ms'`;
    const slowly = '/usr/bin/ping -n -i 0.5 -c 5 -W 1';
    const ping = [
      'for last; do :; done',
      `case $last in 192.0.2.2) ${below} ;; 10.42.2.0) exec ${slowly} "$last" ;; *) exec ${slowly} 10.42.2.9 ;; esac`,
    ].join('\n');
    const probes = [
      'underlay-b/192.0.2.2/56/echo',
      'vtep-b/10.42.2.0/56/echo',
      'vtep-c/10.42.2.9/56/echo',
      'vtep6-b/fd00::9/56/echo',
      'full-b/10.42.2.9/1422/echo',
    ].join(',');
    const { evidence } = await diagnoseOn(node, { probes }, { programs: { wg, ping } });
    const [, vtep, other, ipv6, full] = evidence.probes;
    expect([vtep, other, ipv6].map((probe) => [probe?.sent, probe?.received])).toEqual([
      [5, 5],
      [5, 0],
      [5, 0],
    ]);
    expect(full?.sent).toBeLessThan(5);
  });

  it('takes the answer to a second connection, because the packet of the first may be lost', async ({ node }) => {
    const bash = 'mkdir "$RESTITCH_ROOT/tried" 2>/dev/null && { echo trying; exec sleep 9; }; echo connected';
    const ping = `echo '10 packets transmitted, 10 received, 0% packet loss'; echo 'rtt min/avg/max/mdev = 9.0/90.0/400.0/9.0 ms'`;
    const probes = 'underlay-b/192.0.2.2/56/echo,tcp-b/10.42.2.0/10250/connect';
    const { evidence } = await diagnoseOn(node, { probes }, { programs: { wg, bash, ping } });
    expect(evidence.probes.map(({ name, received }) => [name, received])).toEqual([
      ['underlay-b', 10],
      ['tcp-b', 1],
    ]);
  });

  it('ends in time where ip and ping hang', async ({ node }) => {
    const begin = Date.now();
    const hangs = 'exec sleep 30';
    const probes = 'vtep-b/10.42.2.0/56/echo,hop-b/10.42.2.254/56/hop';
    const { evidence } = await diagnoseOn(
      node,
      { probes },
      { programs: { wg, ip: hangs, bridge: hangs, ping: hangs } },
    );
    expect(Date.now() - begin).toBeLessThan(10_000);
    expect(evidence.unseen).toContainEqual({ what: 'links', why: 'timeout' });
    expect(evidence.unseen).toContainEqual({ what: 'fdb', why: 'timeout' });
    expect(evidence.probes.map(({ sent }) => sent)).toEqual([0, 0]);
  });
});
