import { type Fault, on } from '../../fault.ts';

export const slowUplink: Fault = {
  name: 'slow-uplink',
  story: 'The site’s uplink is down to a tenth of its rate: everything is slow, nothing is lost.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'OverlayLatencyHigh',
  needs: 'namespaces',
  inject: [on('nat1', 'tc qdisc add dev wan root tbf rate 10mbit burst 32kb latency 400ms')],
};
