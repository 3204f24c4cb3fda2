import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatFinding } from '../../../adapters/yaml/finding.ts';
import { printable } from '../../../cli/printable.ts';
import { lintConfiguration } from '../../../monitoring/alertmanager/lint/lint-configuration.ts';
import type { FuzzTarget } from '../target.ts';

const rendered = readFileSync(
  join(import.meta.dirname, '..', '..', '..', 'monitoring', 'alertmanager', 'restitch.alertmanager.yml'),
  'utf8',
);

/** Alertmanager's configuration, as `restitch alertmanager lint` reads it. */
export const alertmanagerFile: FuzzTarget = {
  name: 'alertmanager-file',
  samples: [rendered],
  format: 'yaml',
  share: 5,
  receive: async (text) => {
    const { findings, receivers, alerts } = lintConfiguration(text, 'https://WEBHOOK_URL/');
    const lines = findings.map((finding) => printable(formatFinding('alertmanager.yml', finding)));
    if (alerts === 0 && lines.length === 0) throw new Error('no alert comes through, and nothing is found');
    return {
      refused: lines.slice(0, 1),
      printed: [lines.join('\n'), receivers.map((name) => printable(name)).join('\n')],
    };
  },
};
