import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startEnvironment } from '../../../cli/start-environment.ts';
import { loadLocalConfig } from '../../../local/config.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { configurationText } from '../configuration/configuration-text.ts';
import { captureCli } from './captured-cli.ts';

const root = join(import.meta.dirname, '..', '..', '..');

function fileWith(text: string): string {
  const file = join(temporaryFolder(), 'restitch.config.yaml');
  writeFileSync(file, text);
  return file;
}

const check = (...args: readonly string[]) => captureCli(['config', 'check', ...args]);

describe('restitch config check', () => {
  it.each(['restitch.config.yaml', 'deploy/configuration/two-eks-clusters.yaml'])(
    'ends with 0 for %s',
    async (name) => {
      const { code, out } = await check(join(root, name));
      expect([code, out]).toEqual([0, [expect.stringMatching(/ is right: .*\(stack Restitch/)]]);
    },
  );

  it('ends with 1 for errors, each on a line with its place', async () => {
    const file = fileWith(configurationText('slack: { chanel: x }\n'));
    expect(await check(file)).toMatchObject({
      code: 1,
      out: [`${file}:5:10: error: slack.chanel: there is no such key: write channel`, 'Errors: 1.'],
    });
  });

  it('prints one JSON object', async () => {
    const wrong = fileWith(configurationText('slak: {}\n'));
    expect(JSON.parse((await check(wrong, '--json')).out.join())).toEqual({
      file: wrong,
      findings: [{ at: { line: 5, column: 1 }, severity: 'error', text: 'slak: there is no such key: write slack' }],
      clusters: [],
    });
    const right = fileWith(configurationText());
    expect(JSON.parse((await check(right, '--json')).out.join())).toMatchObject({
      findings: [],
      clusters: ['gpu-fleet'],
    });
  });

  it('ends with 2 for a wrong command line and a file that cannot be read', async () => {
    expect((await check('a', 'b')).code).toBe(2);
    expect((await check(join(root, 'none.yaml'))).code).toBe(2);
  });
});

describe('npm start with a file', () => {
  const file = () =>
    fileWith(
      configurationText(
        'approvers: [U0ALICE]\nslack: { channel: "#net" }\nsettings: { incidents: { stableSeconds: 9, busySeconds: 8 } }\n',
        '    otherNames: [old]\n',
      ),
    );

  it('takes its settings and names; the environment has the last word', async () => {
    const config = loadLocalConfig(
      await startEnvironment({ config: file() }, { BUSY_SECONDS: '7', STABLE_SECONDS: '' }),
    );
    expect(config).toMatchObject({
      STABLE_SECONDS: 9,
      BUSY_SECONDS: 7,
      // The last one for the drills of its own fleet.
      CLUSTERS: ['gpu-fleet', 'old', 'lab'],
      SLACK_CHANNEL: '#net',
      // Still what suits the lab: the file does not say.
      REPAIR_MODE: 'act',
    });
  });

  it('takes the ids of people for a real Slack only', async () => {
    const standIn = await startEnvironment({ config: file() }, {});
    const real = await startEnvironment({ config: file() }, { SLACK_API_URL: 'https://slack.com/api/' });
    expect([standIn['APPROVERS'], real['APPROVERS']]).toEqual([undefined, 'U0ALICE']);
  });

  it('refuses a wrong file, a cluster that it has not, and a choice that it cannot make', async () => {
    await expect(startEnvironment({ config: fileWith('slak: 1') }, {})).rejects.toThrow(/1:1: error: slak: /);
    const overlapping = fileWith(
      configurationText('', '    podNetworks: [10.42.0.0/16]\n    serviceNetworks: [10.42.0.0/24]\n'),
    );
    await expect(startEnvironment({ config: overlapping }, {})).rejects.toThrow(/:6:23: error: .* overlaps /);
    await expect(startEnvironment({ config: file(), cluster: 'x' }, {})).rejects.toThrow(
      /no cluster x: it has gpu-fleet/,
    );
    const two = join(root, 'deploy', 'configuration', 'two-eks-clusters.yaml');
    await expect(startEnvironment({ config: two }, {})).rejects.toThrow(
      'one machine works for one cluster: give --cluster, one of frankfurt, oregon',
    );
    const real = await startEnvironment({ config: two, cluster: 'oregon' }, { KUBECONFIG: '/kubeconfig' });
    expect(real).toMatchObject({ CLUSTERS: 'oregon' });
    await expect(startEnvironment({ cluster: 'oregon' }, {})).rejects.toThrow('give --config');
  });
});
