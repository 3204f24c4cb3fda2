import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEmfMetrics } from '../../../adapters/aws/emf-metrics.ts';
import type { Measurement } from '../../../core/metrics/measurement.ts';
import type { MetricName } from '../../../core/metrics/metric-list.ts';
import { parseEmfLine } from './emf-document.ts';

const AT = Date.parse('2026-11-22T03:00:00Z');

function linesFor(measurements: readonly Measurement[], about?: Readonly<Record<string, unknown>>) {
  const lines: string[] = [];
  createEmfMetrics('Restitch', (line) => lines.push(line)).write(measurements, AT, about);
  return lines;
}

describe('metrics in the log', () => {
  it('are one line for all that are counted by the same values, at the time of what happened', () => {
    const by = { Cluster: 'eu' };
    const lines = linesFor([
      { metric: 'OpenIncidents', value: 3, by },
      { metric: 'HeldIncidents', value: 1, by },
      { metric: 'OpenIncidents', value: 2, by: { ...by, Class: 'vxlan-wedge' } },
    ]);
    expect(lines.map(parseEmfLine)).toMatchObject([
      {
        Stack: 'Restitch',
        Cluster: 'eu',
        OpenIncidents: 3,
        HeldIncidents: 1,
        timestamp: '2026-11-22T03:00:00.000Z',
        _aws: {
          Timestamp: AT,
          CloudWatchMetrics: [
            {
              Namespace: 'Restitch',
              Dimensions: [['Stack', 'Cluster']],
              Metrics: [
                { Name: 'OpenIncidents', Unit: 'Count' },
                { Name: 'HeldIncidents', Unit: 'Count' },
              ],
            },
          ],
        },
      },
      { OpenIncidents: 2, Class: 'vxlan-wedge' },
    ]);
  });

  it('lose no value of one metric that happened twice, nor of more than a document holds', () => {
    const by = { Cluster: 'eu' };
    const many = Array.from({ length: 205 }, (_, index) => index);
    const lines = linesFor([
      { metric: 'ApprovalSeconds', value: many, by },
      { metric: 'ApprovalSeconds', value: 7, by },
    ]);
    const values = lines.map(parseEmfLine).map(({ ApprovalSeconds }) => ApprovalSeconds);
    expect(values.flat()).toEqual([...many, 7]);
  });

  it('say what they are about as properties, never as dimensions', () => {
    const [line = ''] = linesFor([{ metric: 'MitigationSeconds', value: 88, by: { Cluster: 'eu' } }], {
      incidentId: 'eu.gpu-1.1',
    });
    const document = parseEmfLine(line);
    expect(document).toMatchObject({ incidentId: 'eu.gpu-1.1', MitigationSeconds: 88 });
    expect(document._aws.CloudWatchMetrics[0]?.Dimensions).toEqual([['Stack', 'Cluster']]);
  });

  it('cannot be forged by what they are about', () => {
    const forged = { _aws: { Timestamp: 1, CloudWatchMetrics: [] }, Cluster: 'other', OpenIncidents: 99 };
    const [line = ''] = linesFor([{ metric: 'OpenIncidents', value: 1, by: { Cluster: 'eu' } }], forged);
    expect(parseEmfLine(line)).toMatchObject({ Cluster: 'eu', OpenIncidents: 1, _aws: { Timestamp: AT } });
  });

  it('are none where nothing was measured', () => {
    expect(linesFor([])).toEqual([]);
  });

  it('are documents that CloudWatch reads, whatever is measured, and every value is in exactly one', () => {
    const measurement = fc.record({
      metric: fc.constantFrom<MetricName>('OpenIncidents', 'MitigationSeconds', 'ApprovalSeconds'),
      value: fc.oneof(
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.array(fc.integer(), { minLength: 1, maxLength: 250 }),
      ),
      by: fc.record({ Cluster: fc.constantFrom('eu', 'us'), Class: fc.constantFrom('healthy', 'unknown') }),
    });
    fc.assert(
      fc.property(fc.array(measurement, { maxLength: 12 }), (measurements) => {
        const written = linesFor(measurements)
          .map(parseEmfLine)
          .flatMap((document) =>
            document._aws.CloudWatchMetrics.flatMap(({ Metrics }) =>
              Metrics.flatMap(({ Name }) =>
                [document[Name]].flat().map((value) => `${Name} ${document['Cluster']} ${document['Class']} ${value}`),
              ),
            ),
          );
        const given = measurements.flatMap(({ metric, value, by }) =>
          [value].flat().map((each) => `${metric} ${by.Cluster} ${by.Class} ${each}`),
        );
        expect(written.toSorted()).toEqual(given.map((each) => each.replace(/ -0$/, ' 0')).toSorted());
      }),
    );
  });
});
