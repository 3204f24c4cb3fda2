import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboardOf, lines, rows, since, stat, WIDTH } from './panels.ts';

const here = 'cluster=~"$cluster"';
const lost = `restitch_probe_lost_ratio{${here},layer="overlay",protocol="icmp"}`;

/** What somebody asks first who is called at night: which links, since when, what is behind them. */
export function fleetDashboard(): Dashboard {
  return dashboardOf(
    'restitch-fleet',
    'Restitch: fleet',
    'Pod networking between the nodes, as their watchdogs see it.',
  )
    .withRow(new RowBuilder('Now'))
    .withPanel(
      stat({ title: 'Nodes that report', expr: `count(restitch_watchdog_info{${here}}) or vector(0)` }, WIDTH / 4),
    )
    .withPanel(
      stat(
        {
          title: 'Nodes that fell silent within 6 h',
          expr: `count(max_over_time(restitch_watchdog_info{${here}}[6h]) unless restitch_watchdog_info{${here}}) or vector(0)`,
        },
        WIDTH / 4,
      ),
    )
    .withPanel(
      stat(
        { title: 'Lost links', expr: `count(${lost.replace('}', ',size="small"}')} > 0.1) or vector(0)` },
        WIDTH / 4,
      ),
    )
    .withPanel(
      stat(
        {
          title: 'Links that lose full-size packets only',
          expr: `count((max by (cluster, node, to) (${lost.replace('}', ',size="full"}')}) > 0.1) unless (max by (cluster, node, to) (${lost.replace('}', ',size="small"}')}) > 0.1)) or vector(0)`,
        },
        WIDTH / 4,
      ),
    )
    .withPanel(
      rows(
        { title: 'What do the alerts say?', expr: `ALERTS{${here},alertstate="firing",restitch_class!=""}` },
        WIDTH / 2,
      ),
    )
    .withPanel(rows({ title: 'Which links lose packets?', expr: `${lost} > 0.1` }, WIDTH / 2))
    .withRow(new RowBuilder('Since when'))
    .withPanel(
      since(
        {
          title: 'Links with lost packets',
          expr: `max by (node, to) (${lost} > bool 0.1) and on (node, to) (max_over_time((max by (node, to) (${lost} > bool 0.1))[6h:5m]) > 0)`,
          legend: '{{node}} → {{to}}',
        },
        WIDTH,
      ),
    )
    .withRow(new RowBuilder('What is behind it'))
    .withPanel(
      lines(
        {
          title: 'Entries that are missing or wrong',
          expr: `sum by (node) (restitch_overlay_entries_missing{${here}} + restitch_overlay_entries_wrong{${here}}) > 0`,
          legend: '{{node}}',
        },
        WIDTH / 2,
      ),
    )
    .withPanel(
      lines(
        {
          title: 'Oldest handshakes',
          expr: `topk(10, restitch_wireguard_handshake_age_seconds{${here}} < +Inf)`,
          legend: '{{node}} with {{peer}}',
          unit: 's',
        },
        WIDTH / 2,
      ),
    )
    .withPanel(
      rows(
        {
          title: 'Devices above what fits',
          expr: `restitch_device_mtu_bytes{${here}} > on (cluster, node, device) restitch_device_mtu_limit_bytes`,
        },
        WIDTH / 2,
      ),
    )
    .withPanel(
      lines(
        {
          title: 'Pod addresses used',
          expr: `topk(10, restitch_pod_addresses_used{${here}} / restitch_pod_addresses_capacity{${here}})`,
          legend: '{{node}}',
          unit: 'percentunit',
        },
        WIDTH / 2,
      ),
    )
    .build();
}
