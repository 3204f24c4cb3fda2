import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { withMark } from '../../../cli/render/write-rendered.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { captureCli } from '../cli/captured-cli.ts';
import { configurationText } from '../configuration/configuration-text.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const golden = join(root, 'test', 'fixtures', 'rendered');
const smallest = join(root, 'restitch.config.yaml');
const several = join(root, 'deploy', 'configuration', 'several-clusters.yaml');
const largest = join(root, 'deploy', 'configuration', 'two-eks-clusters.yaml');

const Done = z.object({ files: z.array(z.object({ file: z.string(), written: z.string() })) });

async function render(file: string, folder: string, ...more: readonly string[]) {
  const said = await captureCli(['config', 'render', file, '--output', folder, '--json', ...more]);
  const { files } = said.code === 2 ? { files: [] } : Done.parse(JSON.parse(said.out.join('') || '{"files":[]}'));
  const texts = new Map(files.map((each) => [each.file.slice(folder.length + 1), readFileSync(each.file, 'utf8')]));
  const text = (name: string) => texts.get(name) ?? `there is no ${name}`;
  return { ...said, texts, text, written: files.map(({ file, written }) => `${written} ${basename(file)}`) };
}

/** A configuration with an end of its own, in a file. */
function fileWith(more: string, cluster = ''): string {
  const file = join(temporaryFolder(), 'restitch.config.yaml');
  writeFileSync(file, configurationText(more, cluster));
  return file;
}

describe('restitch config render', () => {
  it.each([
    [smallest, ['gpu-fleet']],
    [largest, ['frankfurt', 'oregon']],
    [several, ['production', 'research']],
  ])('makes the files of test/fixtures/rendered: %s', async (file, clusters) => {
    const { code, texts } = await render(file, temporaryFolder());
    expect(code).toBe(0);
    expect([...new Set([...texts.keys()].map((path) => path.split('/')[0]))]).toEqual(clusters);
    for (const [path, text] of texts) await expect(text).toMatchFileSnapshot(join(golden, path));
  });

  it('makes the same files from the same file, and the scripts executable', async () => {
    const folder = temporaryFolder();
    await render(largest, folder);
    const again = await render(largest, folder);
    expect(new Set(again.written.map((line) => line.split(' ')[0]))).toEqual(new Set(['unchanged']));
    expect(statSync(join(folder, 'oregon', 'nodes.sh')).mode & 0o111).toBe(0o111);
    expect(statSync(join(folder, 'oregon', 'rbac.yaml')).mode & 0o111).toBe(0);
  });

  it('never overwrites what a person changed without being told to', async () => {
    const folder = temporaryFolder();
    await render(smallest, folder);
    const file = join(folder, 'gpu-fleet', 'alertmanager.yml');
    const changed = readFileSync(file, 'utf8').replace('1m', '2m');
    writeFileSync(file, changed);
    const kept = await render(smallest, folder);
    expect([kept.code, kept.written, readFileSync(file, 'utf8')]).toEqual([
      1,
      expect.arrayContaining(['kept alertmanager.yml', 'unchanged rbac.yaml']),
      changed,
    ]);
    expect(kept.err).toContain('--replace');
    const replaced = await render(smallest, folder, '--replace');
    expect([replaced.code, replaced.written]).toEqual([0, expect.arrayContaining(['replaced alertmanager.yml'])]);
    expect(readFileSync(file, 'utf8')).not.toBe(changed);
  });

  it('updates what nobody changed, and keeps a file of somebody else', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'gpu-fleet'));
    writeFileSync(join(folder, 'gpu-fleet', 'rbac.yaml'), 'kind: Namespace\n');
    writeFileSync(join(folder, 'gpu-fleet', 'nodes.sh'), withMark('#!/bin/sh\necho earlier\n'));
    const { written } = await render(smallest, folder);
    expect(written).toEqual(expect.arrayContaining(['kept rbac.yaml', 'updated nodes.sh', 'new kubeconfig.sh']));
  });

  it('refuses a wrong configuration, an unknown stack, and two clusters that would share a folder', async () => {
    const folder = temporaryFolder();
    expect((await captureCli(['config', 'render', fileWith('slak: {}\n'), '--output', folder])).code).toBe(1);
    const unknown = await render(smallest, folder, '--stack', 'Other');
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('it has Restitch')]);
    const twins = `  - name: gpu/fleet
    kubeconfigSecret: k
    notification: { nobody: this is only a test }
    instanceTag: another
    stack: { name: Two, documentPrefix: Two }
  - name: gpu fleet
    kubeconfigSecret: k
    instanceTag: other
    notification: { nobody: this is only a test }
    stack: { name: Three, documentPrefix: Three }
`;
    const same = await render(fileWith(twins), folder);
    expect([same.code, same.err]).toEqual([2, expect.stringContaining('share the folder gpu-fleet')]);
  });
});

describe('what is rendered', () => {
  const kinds = (text: string) => parseAllDocuments(text).map((document) => String(document.get('kind')));
  const subjectsOf = (text: string) =>
    parseAllDocuments(text).flatMap((document): readonly { kind: string }[] => document.toJS().subjects ?? []);

  it('has the subjects that the cluster knows, and no others', async () => {
    const k3s = (await render(smallest, temporaryFolder())).text('gpu-fleet/rbac.yaml');
    const eks = (await render(largest, temporaryFolder())).text('oregon/rbac.yaml');
    expect(new Set(subjectsOf(k3s).map(({ kind }) => kind))).toEqual(new Set(['ServiceAccount']));
    expect(new Set(subjectsOf(eks).map(({ kind }) => kind))).toEqual(new Set(['Group']));
    expect(kinds(eks)).not.toContain('ServiceAccount');
    expect(subjectsOf(eks)).toHaveLength(7);
  });

  it('lets pods be evicted only where the file wants draining', async () => {
    const without = (await render(smallest, temporaryFolder())).text('gpu-fleet/rbac.yaml');
    const drains = (await render(largest, temporaryFolder())).text('oregon/rbac.yaml');
    expect([without, drains].map((text) => text.includes('pods/eviction'))).toEqual([false, true]);
  });

  it('follows the settings: the namespace of the inventory, the tag, the names of Nodes, the receiver', async () => {
    const file = fileWith(
      'settings: { nodes: { instanceTag: "my:node", inventoryNamespace: platform } }\n',
      "    nodeNames: [gpu-*, hub-1]\n    alertmanager: { url: 'https://a.example', receiver: 'the repair' }\n",
    );
    const { text } = await render(file, temporaryFolder());
    const inventory = parseAllDocuments(text('gpu-fleet/rbac.yaml')).filter(
      (document) => document.getIn(['metadata', 'name']) === 'restitch-inventory',
    );
    expect(inventory.map((document) => document.getIn(['metadata', 'namespace']))).toEqual(['platform', 'platform']);
    expect(text('gpu-fleet/nodes.sh')).toContain("instance_tag='my:node'\n");
    expect(text('gpu-fleet/nodes.sh')).toContain("node_names='gpu-* hub-1'\n");
    expect(parse(text('gpu-fleet/alertmanager.yml')).route.routes[0].receiver).toBe('the repair');
  });
});

const hasAmtool = spawnSync('amtool', ['--version']).status === 0;

describe('a rendered Alertmanager configuration', () => {
  it('is taken by the linter without a finding', async () => {
    const folder = temporaryFolder();
    await render(smallest, folder);
    const file = join(folder, 'gpu-fleet', 'alertmanager.yml');
    expect(await captureCli(['alertmanager', 'lint', file, '--url', 'https://WEBHOOK_URL/'])).toMatchObject({
      code: 0,
    });
  });

  it.skipIf(!hasAmtool)('is taken by amtool', async () => {
    const folder = temporaryFolder();
    await render(largest, folder);
    const files = ['frankfurt', 'oregon'].map((name) => join(folder, name, 'alertmanager.yml'));
    const { status, stdout, stderr } = spawnSync('amtool', ['check-config', ...files], { encoding: 'utf8' });
    expect(status, stdout + stderr).toBe(0);
  });
});
