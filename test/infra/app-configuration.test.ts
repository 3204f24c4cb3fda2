import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { appConfiguration } from '../../lib/app-configuration.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';

const readWith = (context: Readonly<Record<string, unknown>>) => appConfiguration(new App({ context }).node);

describe('the app', () => {
  it('reads restitch.config.yaml beside cdk.json where no other file is named', () => {
    expect(readWith({}).clusters.map(({ name }) => name)).toEqual(['gpu-fleet']);
  });

  it('reads the file that the context names', () => {
    const config = join(import.meta.dirname, '..', '..', 'deploy', 'configuration', 'two-eks-clusters.yaml');
    expect(readWith({ config }).clusters.map(({ name }) => name)).toEqual(['frankfurt', 'oregon']);
  });

  it('ends at synth where the file names no way to a cluster, with its line and what to write', () => {
    const config = join(temporaryFolder(), 'restitch.config.yaml');
    writeFileSync(config, 'clusters:\n  - name: gpu-fleet\n    notification: { nobody: this is a test }\n');
    expect(() => readWith({ config })).toThrow(
      `${config}:2:5: error: clusters[0]: nothing says how its API is reached: write kubeconfigSecret (K3s and others) or eks`,
    );
    const cluster = 'name: gpu-fleet\n    kubeconfigSecret: k\n    notification: { nobody: this is a test }\n';
    writeFileSync(config, `clusters:\n  - ${cluster}    podNetworks: [10.42.0.0/16, 10.42.128.0/17]\n`);
    expect(() => readWith({ config })).toThrow(
      `${config}:5:33: error: clusters[0].podNetworks[1]: 10.42.128.0/17 of the pods overlaps 10.42.0.0/16 of the pods`,
    );
    expect(() => readWith({ config: `${config}.none` })).toThrow(/cannot be read/);
  });

  it('refuses settings of cdk.json, which were read before', () => {
    expect(() => readWith({ restitch: { clusters: ['gpu-fleet'] } })).toThrow(/write its settings in restitch\.config/);
  });
});
