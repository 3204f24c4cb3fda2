import { shim } from '../faults/shim.ts';
import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

/** Of the collector's pings alone: those to cloud-1, and the full-size ones to gpu-2. */
const STALL = `case " $* " in
*' -c 10 '*' 10.0.2.20 ' | *' -c 10 '*' 10.42.1.'* | *' -s 1342 10.42.12.0 ') sleep 30 ;;
esac
exec "$real" "$@"`;

export const busyHost: LabVariant = {
  name: 'busy-host',
  story: 'gpu-1 is so busy that every third of its pings is ended before it has sent a packet, as at a load of 20.',
  fleet: { ...plainFleet, afterwards: [shim('gpu-1', 'ping', STALL)] },
};
