import type { Measurement } from '../../../core/metrics/measurement.ts';
import { metricList } from '../../../core/metrics/metric-list.ts';

/** The measurements with dimensions that the list of metrics does not have, each as one line. */
export function outsideOfList(measurements: readonly Pick<Measurement, 'metric' | 'by'>[]): readonly string[] {
  return measurements
    .filter(({ metric, by }) => {
      const given = Object.keys(by).toSorted().join();
      return !metricList[metric].sets.some((set) => [...set].toSorted().join() === given);
    })
    .map(({ metric, by }) => `${metric} by ${Object.keys(by).join()}`);
}
