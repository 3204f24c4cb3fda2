import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { configurationSchema } from '../configuration/configuration-schema.ts';
import { defaultOf } from '../configuration/setting.ts';
import { placedSettings } from '../configuration/variables-of.ts';

/** The part of JSON Schema that the page is made of. */
const Part = z.looseObject({
  description: z.string().optional(),
  default: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).default([]),
  items: z.unknown().optional(),
});
type Part = z.infer<typeof Part>;

/** The page docs/settings.md: every setting of restitch.config.yaml. */
export function settingsPage(): string {
  const { properties = {} } = Part.parse(configurationSchema());
  return [
    '# Settings',
    '',
    'Made by `npm run settings` from `configuration/`: everything that [restitch.config.yaml](../restitch.config.yaml) may say. How the file is',
    'used is in [configuration](configuration.md).',
    '',
    '## clusters',
    '',
    'A list; clusters with the same `stack.name` share a stack.',
    '',
    ...tableOf(rowsBelow(Part.parse(Part.parse(properties['clusters']).items), [])),
    '## approvers, slack and approvalWebhook',
    '',
    ...tableOf(
      rowsBelow(
        Part.parse({
          properties: {
            approvers: properties['approvers'],
            slack: properties['slack'],
            approvalWebhook: properties['approvalWebhook'],
          },
        }),
        [],
      ),
    ),
    '## settings',
    '',
    'What every cluster of the file shares. `npm start` takes each also from its variable.',
    '',
    '| setting | variable | default | |',
    '| --- | --- | --- | --- |',
    ...placedSettings().map(({ path, setting: { variable, about } }) =>
      row([code(path.join('.')), code(variable), shown(defaultOf(variable)), about]),
    ),
    '',
  ].join('\n');
}

function rowsBelow({ properties = {}, required }: Part, above: readonly string[]): readonly string[] {
  return Object.entries(properties).flatMap(([key, given]) => {
    const part = Part.parse(given);
    const path = [...above, key];
    if (part.properties !== undefined) {
      const about =
        part.description === undefined ? [] : [row([code(path.join('.')), need(key, required), part.description])];
      return [...about, ...rowsBelow(part, path)];
    }
    return [
      row([
        code(path.join('.')),
        part.default === undefined ? need(key, required) : shown(part.default),
        part.description ?? '',
      ]),
      ...rowsBelow(Part.parse(part.items ?? {}), [...above, `${key}[]`]),
    ];
  });
}

function need(key: string, required: readonly string[]): string {
  return required.includes(key) ? 'must be given' : '';
}

function tableOf(rows: readonly string[]): readonly string[] {
  return ['| setting | default | |', '| --- | --- | --- |', ...rows, ''];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const code = (text: string) => `\`${text}\``;

/** A default as the file would say it. */
function shown(value: unknown): string {
  if (value === '' || (Array.isArray(value) && value.length === 0)) return 'none';
  if (typeof value === 'string') return code(value);
  return code(
    JSON.stringify(value)
      .replaceAll('"', '')
      .replaceAll(/([:,])/g, '$1 '),
  );
}

/** deploy/configuration/restitch.config.schema.json. */
export function settingsSchema(): string {
  return `${JSON.stringify(configurationSchema(), null, 2)}\n`;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  await writeFile(join(root, 'docs', 'settings.md'), settingsPage());
  await writeFile(join(root, 'deploy', 'configuration', 'restitch.config.schema.json'), settingsSchema());
}
