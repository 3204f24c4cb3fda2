import { describe, expect, it } from 'vitest';
import { coverageReport, isRight, shareRight } from '../../../proof/alerts/coverage-report.ts';
import type { FiredAlert } from '../../../proof/alerts/fired-alerts.ts';
import { postedAlerts } from '../../../proof/alerts/posted-alerts.ts';

const fired = (alertname: string, node: string, restitch_rank: string, hub = 'hub-1'): FiredAlert => ({
  labels: { alertname, node, restitch_rank, hub },
  afterMinutes: 2,
});

describe('what reaches Restitch', () => {
  it('is no remark, and nothing of the nodes behind a hub that is gone', () => {
    const posted = postedAlerts(
      [
        fired('TunnelDown', 'gpu-1', 'path'),
        fired('WatchdogSilent', 'gpu-1', 'remark'),
        fired('HubUnreachable', 'hub-1', 'shared'),
        fired('PodRouteMissing', 'cloud-1', 'cause', ''),
      ],
      'gpu-1',
    );
    expect(posted.map(({ labels }) => labels['alertname'])).toEqual(['HubUnreachable', 'PodRouteMissing']);
  });

  it('is a cause before a path, and the alerting node before others', () => {
    const posted = postedAlerts(
      [fired('OverlayBlocked', 'gpu-1', 'path'), fired('B', 'gpu-2', 'cause'), fired('A', 'gpu-1', 'cause')],
      'gpu-1',
    );
    expect(posted.map(({ labels }) => labels['alertname'])).toEqual(['A', 'B', 'OverlayBlocked']);
  });
});

describe('the report of the alerts', () => {
  const label = { class: 'vxlan-wedge', cause: 'fdb-missing', hostAtFault: 'gpu-1' } as const;
  const rightRow = {
    fault: { name: 'fdb-flushed', label },
    posted: [fired('A', 'gpu-1', 'cause')],
    hypothesis: label.class,
  };
  const wrongRow = { fault: { name: 'other', label }, posted: [], hypothesis: 'healthy' } as const;

  it('names the first alert, its minute and a hypothesis that is wrong', () => {
    const report = coverageReport([rightRow, wrongRow]);
    expect(report).toContain('1 of 2 (50.0 %)');
    expect(report).toContain('| fdb-flushed | vxlan-wedge/fdb-missing | A@gpu-1 | 2 | vxlan-wedge | - |');
    expect(report).toContain('| other | vxlan-wedge/fdb-missing | none | - | **healthy** | - |');
    expect(shareRight([rightRow, wrongRow])).toBe(0.5);
  });

  it('takes the class of either of two faults at once', () => {
    expect(
      isRight({
        ...wrongRow,
        hypothesis: 'one-way-nat',
        fault: { ...wrongRow.fault, orLabel: { ...label, class: 'one-way-nat' } },
      }),
    ).toBe(true);
  });
});
