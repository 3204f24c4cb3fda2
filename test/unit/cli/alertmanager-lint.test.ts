import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { captureCli } from './captured-cli.ts';

const rendered = join(import.meta.dirname, '..', '..', '..', 'monitoring', 'alertmanager', 'restitch.alertmanager.yml');

function fileWith(text: string): string {
  const file = join(temporaryFolder(), 'alertmanager.yml');
  writeFileSync(file, text);
  return file;
}

const lint = (...args: readonly string[]) => captureCli(['alertmanager', 'lint', ...args]);

describe('restitch alertmanager lint', () => {
  it('ends with 0 for the file that we render, and says by which receiver alerts come', async () => {
    const { code, out } = await lint(rendered, '--url', 'https://WEBHOOK_URL/');
    expect([code, out.length]).toEqual([0, 1]);
    expect(out[0]).toMatch(/^\d+ alerts of monitoring\/rules reach Restitch by restitch\. Errors: 0, warnings: 0\.$/);
  });

  it('says that without --url every webhook counts', async () => {
    const { code, out } = await lint(rendered);
    expect([code, out.at(-1)]).toEqual([0, 'Every webhook counted as Restitch’s: give --url to tell it from others.']);
  });

  it('ends with 1 for an error, with 0 for a warning, each on a line with its place', async () => {
    const text = readFileSync(rendered, 'utf8');
    const wrong = fileWith(text.replace('send_resolved: true', 'send_resolved: false'));
    const late = fileWith(text.replace('repeat_interval: 1h', 'repeat_interval: 1d'));
    expect(await lint(wrong)).toMatchObject({
      code: 1,
      out: [expect.stringContaining(`${wrong}:22:24: error: `), {}, {}],
    });
    expect(await lint(late)).toMatchObject({
      code: 0,
      out: [expect.stringContaining(`${late}:12:24: warning: `), {}, {}],
    });
  });

  it('prints one JSON object', async () => {
    const { out } = await lint(rendered, '--json');
    expect(JSON.parse(out.join())).toMatchObject({ file: rendered, url: null, findings: [], receivers: ['restitch'] });
  });

  it('ends with 2 for a wrong command line and a file that cannot be read', async () => {
    expect((await lint()).code).toBe(2);
    expect((await lint(rendered, rendered)).code).toBe(2);
    expect((await lint(`${rendered}.none`)).code).toBe(2);
    expect((await captureCli(['alertmanager'])).code).toBe(2);
  });
});

describe('docs/alerts.md', () => {
  it('shows what lint says of its example', async () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'alerts.md'), 'utf8');
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const [, shown = ''] = /\$ restitch alertmanager lint .*\n([\s\S]*?)```/.exec(page) ?? [];
    const file = fileWith(example);
    const { out } = await lint(file, '--url', 'https://abc.lambda-url.eu-central-1.on.aws/');
    expect(out.map((line) => line.replace(file, 'alertmanager.yml'))).toEqual(shown.trimEnd().split('\n'));
  });
});
