import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { OnboardingDocument } from '../../../core/runbook/node-command.ts';
import { onboardingFile } from '../../../monitoring/watchdog/onboarding-file.ts';
import { buildOnboardingDocument } from '../../../runbooks/documents/build-document.ts';
import { onboardingDefinitions } from '../../../runbooks/documents/onboarding-documents.ts';

const names: readonly OnboardingDocument[] = ['check-node', 'install-watchdog'];
const root = join(import.meta.dirname, '..', '..', '..');

describe.each(names)('the document %s', (name) => {
  const content = buildOnboardingDocument(name, onboardingFile);
  const [step] = content.mainSteps;
  const script = step.inputs.runCommand.join('\n');

  it('is of schema 2.2, with one shell step that ends by itself, below the 64 KB that a document may have', () => {
    expect([content.schemaVersion, step.action]).toEqual(['2.2', 'aws:runShellScript']);
    expect(step.name).toMatch(/^[a-zA-Z0-9_-]{3,128}$/);
    expect(Number(step.inputs.timeoutSeconds)).toBeGreaterThanOrEqual(5);
    expect(Buffer.byteLength(JSON.stringify(content))).toBeLessThan(64 * 1024);
  });

  it('gets its parameters as environment variables, by anchored patterns that its defaults pass', () => {
    expect(JSON.stringify(content)).not.toContain('{{');
    const used = new Set([...script.matchAll(/\$\{?SSM_([A-Za-z0-9]+)/g)].map(([, parameter]) => parameter));
    expect(Object.keys(content.parameters).filter((key) => !used.has(key))).toEqual([]);
    for (const { interpolationType, allowedPattern, default: byDefault = 'none' } of Object.values(
      content.parameters,
    )) {
      expect([interpolationType, /^\^.*\$$/.test(allowedPattern)]).toEqual(['ENV_VAR', true]);
      expect(byDefault).toMatch(new RegExp(allowedPattern));
      for (const text of [';', '$(id)', '`', '"', "'", '\\', '|', '\n', ' ', '{{ x }}'])
        expect(`${byDefault}${text}`).not.toMatch(new RegExp(allowedPattern));
    }
  });
});

describe('the documents of onboarding', () => {
  it('use every script of their folder', () => {
    const used = names.flatMap((name) => onboardingDefinitions[name].scripts);
    expect(readdirSync(join(root, 'runbooks', 'onboarding')).filter((file) => !used.includes(file))).toEqual([]);
  });

  it('carry the watchdog that is shipped', () => {
    const script = buildOnboardingDocument('install-watchdog', onboardingFile).mainSteps[0].inputs.runCommand.join(
      '\n',
    );
    const [, packed = ''] =
      /watchdog_packed\(\) \{\n {2}cat <<'RESTITCH_FILE'\n([\s\S]*?)\nRESTITCH_FILE\n/.exec(script) ?? [];
    const text = gunzipSync(Buffer.from(packed, 'base64')).toString('utf8');
    expect(text).toContain('restitch-watchdog: measures a node');
    expect(Buffer.byteLength(script)).toBeLessThan(40 * 1024);
  });
});
