import type { FaultClass } from '../fault-class.ts';
import type { StageName } from '../ladder.ts';

/** One thing that can be wrong. */
export interface Cause {
  readonly class: FaultClass;
  /** The gentlest rung that can mend it; `person`: nothing here can; `nobody`: there is nothing to mend. */
  readonly mendedBy: Exclude<StageName, 'quarantine' | 'drain'> | 'person' | 'nobody';
  /** What a person can do about it, where no rung mends it or the rung did not help. One sentence that begins with the place. */
  readonly told: (place: CausePlace) => string;
}

/** The names that a person needs to act. */
export interface CausePlace {
  /** The host at fault. */
  readonly host: string;
  /** The WireGuard device of the tunnel. */
  readonly wireguardDevice: string;
  /** What flannel's own device is called; where it has none, its routes. */
  readonly flannelDevice: string;
  /** The alerting node's address in the tunnel. */
  readonly publicIp: string;
  /** The alerting node's public key. */
  readonly key: string;
  /** The device whose MTU is too large; the WireGuard device where nothing else was found. */
  readonly oversizedDevice: string;
  /** The sysctl that turns forwarding of the family on. */
  readonly forwardingKey: string;
  /** What the path carries, in bytes of a packet inside the tunnel; null: it was not measured. */
  readonly carriedBytes: number | null;
  /** The exact change of the cloud's route tables, as far as it is known. */
  readonly cloudChange: string;
}
