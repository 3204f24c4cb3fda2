import { describe, expect, it } from 'vitest';
import { createJsonLog } from '../../../adapters/aws/json-log.ts';

describe('the log', () => {
  it('is one line of JSON per decision, whatever the text', () => {
    const lines: string[] = [];
    createJsonLog((line) => lines.push(line)).warn('alert-refused', { why: 'two\nlines', path: undefined });
    expect(lines).toEqual(['{"why":"two\\nlines","level":"warn","event":"alert-refused"}\n']);
  });

  it('keeps its own words when a field has the same name', () => {
    const lines: string[] = [];
    createJsonLog((line) => lines.push(line)).info('decided', { level: 'fake', event: 'fake' });
    expect(JSON.parse(lines.join(''))).toEqual({ level: 'info', event: 'decided' });
  });
});
