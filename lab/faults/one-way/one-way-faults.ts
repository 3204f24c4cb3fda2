import type { Fault } from '../../fault.ts';
import { endpointPinned } from './endpoint-pinned.ts';
import { inboundFiltered } from './inbound-filtered.ts';
import { inboundFilteredByReversePath } from './inbound-filtered-by-reverse-path.ts';
import { natFlowStuck } from './nat-flow-stuck.ts';
import { natMappingExpired } from './nat-mapping-expired.ts';
import { natMappingRenewed } from './nat-mapping-renewed.ts';
import { natReboundAddress } from './nat-rebound-address.ts';
import { natReboundPort } from './nat-rebound-port.ts';
import { outboundFiltered } from './outbound-filtered.ts';
import { symmetricNat } from './symmetric-nat.ts';

/** Tunnels that carry one direction only, and NAT events that heal by themselves. */
export const oneWayFaults: readonly Fault[] = [
  natMappingExpired,
  natReboundPort,
  natReboundAddress,
  endpointPinned,
  natFlowStuck,
  inboundFiltered,
  inboundFilteredByReversePath,
  outboundFiltered,
  symmetricNat,
  natMappingRenewed,
];
