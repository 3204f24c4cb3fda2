import { describe, expect, it } from 'vitest';
import { parseEvidence } from '../../../core/evidence/parse-evidence.ts';
import { healthyEvidence, healthyHost } from '../../fakes/healthy-evidence.ts';

const whole = JSON.stringify(healthyEvidence());
const why = (text: string) => {
  const parsed = parseEvidence(text);
  return parsed.type === 'invalid' ? parsed.why : 'parsed';
};

describe('stored evidence', () => {
  it('comes back as it was', () => {
    expect(parseEvidence(whole)).toEqual({ type: 'parsed', evidence: healthyEvidence() });
  });

  it.each([
    ['empty', '  \n', 'it is empty'],
    ['cut off', whole.slice(0, 500), 'it is no JSON'],
    ['not JSON', 'node gpu-1 is fine', 'it is no JSON'],
    ['another program’s', '{"schema":"other/1"}', 'its schema is "other/1", not "restitch/evidence/1"'],
    ['without a schema', '{"alerts":[]}', 'its schema is not given'],
    ['no object', '[1,2]', 'its schema is not given'],
    ['of another version', whole.replace('restitch/evidence/1', 'restitch/evidence/2'), '"restitch/evidence/2"'],
    ['one host’s reading', JSON.stringify(healthyHost('gpu-1')), 'it is one host’s reading'],
    ['damaged in one place', whole.replace('"agent":"online"', '"agent":"up"'), 'agent: '],
    ['damaged deep inside', whole.replace('"mtuBytes":1420', '"mtuBytes":"1420"'), 'mtuBytes: '],
  ])('that is %s is refused with what is wrong', (_what, text, words) => {
    expect(why(text)).toContain(words);
  });

  it('names the first places only when everything is wrong', () => {
    expect(why('{"schema":"restitch/evidence/1"}')).toMatch(/; and \d+ more$/);
  });
});
