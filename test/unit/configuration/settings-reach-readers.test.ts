import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationSchema } from '../../../configuration/configuration-schema.ts';
import { placedSettings, variablesOf } from '../../../configuration/variables-of.ts';
import { SettingsEnvironment } from '../../../functions/settings-environment.ts';
import { settingsPage, settingsSchema } from '../../../scripts/settings-page.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** What the stack and `npm start` set themselves, from other parts of the file: as settings they would contradict the roles. */
const ownedByTheStack = [
  'ALERTMANAGER_RECEIVER',
  'ALERTMANAGER_URL',
  'CLUSTERS',
  'DEFAULT_CLUSTER',
  'DOCUMENT_PREFIX',
  'ROUTE_TABLES',
  'STACK_ID',
];

describe('the settings of the file', () => {
  it('are every variable that a function reads, once, but for those that the stack owns', () => {
    const variables = placedSettings().map(({ setting }) => setting.variable);
    expect([...variables, ...ownedByTheStack].toSorted()).toEqual(Object.keys(SettingsEnvironment.shape).toSorted());
  });

  it('set nothing that the file does not say', () => {
    expect(variablesOf({ incidents: { stableSeconds: 90 }, safety: { cooldownSeconds: { bounce: 60 } } })).toEqual({
      STABLE_SECONDS: '90',
      COOLDOWN_SECONDS: 'bounce=60',
    });
  });
});

describe('the page and the JSON Schema of the settings', () => {
  it('are what `npm run settings` writes', () => {
    expect(readFileSync(join(root, 'docs', 'settings.md'), 'utf8')).toBe(settingsPage());
    const schema = readFileSync(join(root, 'deploy', 'configuration', 'restitch.config.schema.json'), 'utf8');
    expect(schema).toBe(settingsSchema());
  });

  it('refuse unknown keys in editors too, wherever keys are known', () => {
    const open = JSON.stringify(configurationSchema()).matchAll(/"properties":/g);
    const closed = JSON.stringify(configurationSchema()).matchAll(/"additionalProperties":false/g);
    expect([...closed].length).toBe([...open].length);
  });
});
