import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RestitchError } from '../../../core/restitch-error.ts';
import { clusterFrom } from '../../../local/kubernetes/cluster-from.ts';
import { captureCli } from '../cli/captured-cli.ts';

/** A pod has an account of its own, which counts where there is no kubeconfig. */
const isPod = existsSync('/var/run/secrets/kubernetes.io/serviceaccount/token');

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'restitch-home-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

function surroundings(kubeconfig: string | undefined, homeFolder: string): void {
  vi.stubEnv('KUBECONFIG', kubeconfig);
  vi.stubEnv('HOME', homeFolder);
}

const failure = () =>
  clusterFrom(undefined)
    .listNodes()
    .catch((error: unknown) => error);

describe.skipIf(isPod)('a machine without a kubeconfig', () => {
  const nothing = () =>
    `there is no kubeconfig: KUBECONFIG is not set, and there is no file ${join(home, '.kube', 'config')}`;

  it.each([undefined, ''])('is told which variable and file were looked at (KUBECONFIG: %j)', async (kubeconfig) => {
    surroundings(kubeconfig, home);
    const error = await failure();
    expect(error).toBeInstanceOf(RestitchError);
    expect(error).toMatchObject({
      code: 'configuration',
      retryable: false,
      message: expect.stringContaining(nothing()),
    });
  });

  it.each(['diagnose --node gpu-1', 'paths --node gpu-1', 'inventory learn'])(
    'can help itself after restitch %s',
    async (line) => {
      surroundings(undefined, home);
      const { code, out, err } = await captureCli(line.split(' '));
      expect({ code, out }).toEqual({ code: 1, out: [] });
      expect(err).toBe(
        `restitch: ${nothing()}.\nSet KUBECONFIG to the file of your cluster, or bring a fleet up with \`restitch lab up\` and add --lab.`,
      );
    },
  );
});

describe('a kubeconfig', () => {
  it('that is not there is named', async () => {
    const absent = join(home, 'absent.yaml');
    surroundings(absent, home);
    expect(await failure()).toMatchObject({
      code: 'configuration',
      message: expect.stringContaining(`cannot be read: ENOENT: no such file or directory, open '${absent}'`),
    });
  });

  it('that is no YAML is named, the one of the home folder too', async () => {
    await mkdir(join(home, 'other', '.kube'), { recursive: true });
    await writeFile(join(home, 'other', '.kube', 'config'), 'clusters: [');
    surroundings(undefined, join(home, 'other'));
    expect(await failure()).toMatchObject({
      code: 'configuration',
      message: expect.stringContaining(`(KUBECONFIG, or ${join(home, 'other', '.kube', 'config')}) cannot be read: `),
    });
  });
});
