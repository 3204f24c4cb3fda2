import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatFinding } from '../../../adapters/yaml/finding.ts';
import { printable } from '../../../cli/printable.ts';
import { readConfiguration } from '../../../configuration/read-configuration.ts';
import type { FuzzTarget } from '../target.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** restitch.config.yaml, as `restitch config check`, synth and `npm start` read it. */
export const configuration: FuzzTarget = {
  name: 'configuration',
  samples: [
    readFileSync(join(root, 'restitch.config.yaml'), 'utf8'),
    ...globSync(join(root, 'deploy', 'configuration', '*.yaml')).map((file) => readFileSync(file, 'utf8')),
  ],
  format: 'yaml',
  share: 10,
  receive: async (text) => {
    const reading = readConfiguration(text);
    if (reading.type === 'read') return {};
    const lines = reading.findings.map((finding) => printable(formatFinding('restitch.config.yaml', finding)));
    if (lines.length === 0) throw new Error('it is refused, and nothing is found in it');
    return { refused: [lines[0] ?? ''], printed: [lines.join('\n')] };
  },
};
