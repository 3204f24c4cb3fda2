import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Node } from 'constructs';
import { formatFinding } from '../adapters/yaml/finding.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { readConfiguration } from '../configuration/read-configuration.ts';
import { RestitchError } from '../core/restitch-error.ts';

const FILE = 'restitch.config.yaml';

/**
 * Reads the file that the context names (`-c config=FILE`), else restitch.config.yaml beside cdk.json. Throws `RestitchError` (code
 * `configuration`) with one line per error: file, line, column, what is wrong and what to write instead.
 */
export function appConfiguration(node: Node): Configuration {
  if (node.tryGetContext('restitch') !== undefined)
    throw refusal(`cdk.json: context.restitch is not read any more: write its settings in ${FILE} (docs/settings.md)`);
  const given: unknown = node.tryGetContext('config');
  const root = join(import.meta.dirname, '..');
  const file = typeof given === 'string' ? given : relative(process.cwd(), join(root, FILE));
  const reading = readConfiguration(textOf(file));
  if (reading.type === 'read') return reading.configuration;
  throw refusal(['', ...reading.findings.map((finding) => formatFinding(file, finding))].join('\n'));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw refusal(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function refusal(message: string): RestitchError {
  return new RestitchError('configuration', message, { retryable: false });
}
