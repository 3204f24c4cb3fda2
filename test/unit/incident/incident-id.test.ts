import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { executionName } from '../../../core/incident/incident.ts';
import { incidentIdFor } from '../../../core/incident/incident-id.ts';
import { ladder } from '../../../core/ladder.ts';

const gpu1 = { cluster: 'lab', node: 'gpu-1' };
const OPENED = Date.parse('2026-11-21T21:20:05.123Z');

describe('the id of an incident', () => {
  it('names cluster, node, number and the moment of its opening', () => {
    expect(incidentIdFor(gpu1, 7, OPENED)).toBe('lab.gpu-1.7-mwqwvz7n');
  });

  it('is another one when the table was lost and counting begins again', () => {
    expect(incidentIdFor(gpu1, 1, OPENED + 1)).not.toBe(incidentIdFor(gpu1, 1, OPENED));
  });

  it('is another one for the next incident of the same millisecond', () => {
    expect(incidentIdFor(gpu1, 2, OPENED)).not.toBe(incidentIdFor(gpu1, 1, OPENED));
  });

  it('differs between targets that look alike', () => {
    const targets = [
      { cluster: 'a.b', node: 'c' },
      { cluster: 'a', node: 'b.c' },
      { cluster: 'a-b', node: 'c' },
      { cluster: 'a_b', node: 'c' },
    ];
    expect(new Set(targets.map((target) => incidentIdFor(target, 1, OPENED))).size).toBe(targets.length);
  });

  it('leaves room for every operation key and execution name, whatever the names', () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,99}$/);
    const longestStage = [...ladder].toSorted((a, b) => b.length - a.length)[0];
    fc.assert(
      fc.property(name, name, fc.integer({ min: 1, max: 9_999 }), (cluster, node, sequence) => {
        const incidentId = incidentIdFor({ cluster, node }, sequence, OPENED);
        // `<incident>.<stage>.<run>-<counter>-<host>`, and the longest name of a command about it.
        const key = `${incidentId}.${longestStage}.999-9999-20`;
        expect(key).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
        expect(`${key}.journal-9999`.length).toBeLessThanOrEqual(100);
        expect(executionName({ incidentId, run: 9_999 })).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      }),
    );
  });
});
