import { describe, expect, it } from 'vitest';
import { captureCli } from '../unit/cli/captured-cli.ts';
import { restitchOfEachTest } from './restitch-of-each-test.ts';
import { drillResult, until } from './restitch-process.ts';

const own = restitchOfEachTest();

describe('a drill whose gentle stages fail', () => {
  it('is looked at by the doctor, approved on the command line, and healed by that', async () => {
    const args = ['--drill', 'vxlan-wedge', '--fail-apply'];
    const restitch = await own.start(args, { FLEET: 'simulated' });
    const here = ['--state-dir', own.stateDir()];
    const [question] = await until(async () => {
      const open: { approvalId: string; planDigest: string }[] = JSON.parse(
        (await captureCli(['approvals', '--json', ...here])).out.join(''),
      );
      return open.length === 0 ? undefined : open;
    });
    const { approvalId = '', planDigest = '' } = question ?? {};

    const doctor = await captureCli(['doctor', ...here]);
    expect(doctor.code, doctor.out.join('\n')).toBe(0);

    expect((await captureCli(['approve', approvalId, ...here])).code).toBe(2);
    const said = await captureCli(['approve', approvalId, ...here, '--plan', planDigest, '--reason', 'a drill']);
    expect(said).toMatchObject({ code: 0, out: [expect.stringContaining('approved by '), {}, {}] });
    expect((await captureCli(['deny', approvalId, ...here])).out[0]).toMatch(
      /^Not done, as os:.*: it is approved by .* already/,
    );

    const { incident, receipt } = await drillResult(restitch);
    expect(incident.outcome).toBe('repaired');
    const decided = receipt.find(({ event }) => event === 'approval-decided');
    expect(decided?.summary).toMatch(/^bounce: approved by \S+ \(command line, os:\S+\): a drill$/);
    expect(await restitch.ended).toBe(0);
  });
});
