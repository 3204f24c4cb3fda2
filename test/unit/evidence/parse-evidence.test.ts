import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../core/diagnosis/diagnose.ts';
import { sees } from '../../../core/evidence/evidence.ts';
import { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { parseEvidence } from '../../../core/evidence/parse-evidence.ts';
import { healthyEvidence, healthyHost } from '../../fakes/healthy-evidence.ts';
import { evidenceFixtures } from '../../fixtures/evidence.ts';

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
    [
      'with a device that no kernel has',
      whole.replace('"wireguardDevice":"wg0"', `"wireguardDevice":"${'x'.repeat(70_000)}"`),
      'wireguardDevice: Too big',
    ],
    ['damaged deep inside', whole.replace('"mtuBytes":1420', '"mtuBytes":"1420"'), 'mtuBytes: '],
  ])('that is %s is refused with what is wrong', (_what, text, words) => {
    expect(why(text)).toContain(words);
  });

  it('names the first places only when everything is wrong', () => {
    expect(why('{"schema":"restitch/evidence/1"}')).toMatch(/; and \d+ more$/);
  });
});

describe('evidence that has grown', () => {
  const grown = {
    ...healthyHost('gpu-1'),
    rules: [[5270, 'from all lookup 52']],
    counters: { 'Udp.InErrors': 3 },
    machineId: '4c4c4544004a3410',
  };

  it('is still read without the facts that a later script added, and nothing is concluded about them', () => {
    expect(parseEvidence(whole).type).toBe('parsed');
    expect(sees(healthyHost('gpu-1'), 'rules')).toBe(false);
    expect(sees(NodeEvidence.parse(grown), 'rules')).toBe(true);
    expect(sees(NodeEvidence.parse({ ...grown, unseen: [{ what: 'rules', why: 'timeout' }] }), 'rules')).toBe(false);
  });

  it('of a newer script is read as far as it is known', () => {
    const newer = { ...grown, somethingNew: { of: 'a later version' } };
    expect(NodeEvidence.parse(newer)).toEqual(NodeEvidence.parse(grown));
  });

  it('gives the same diagnosis with added facts that nobody measured', () => {
    const stored = evidenceFixtures().find(({ fault }) => fault.name === 'fdb-flushed')?.evidence;
    const text = JSON.stringify(stored);
    const parsed = parseEvidence(text);
    expect(parsed.type === 'parsed' && diagnose(parsed.evidence)).toMatchObject({ cause: 'fdb-missing' });
  });
});
