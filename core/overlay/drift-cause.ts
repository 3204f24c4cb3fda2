import type { hostGwCauses } from './host-gw/causes.ts';
import type { vxlanCauses } from './vxlan/causes.ts';
import type { nativeCauses } from './wireguard-native/causes.ts';

type Tables = typeof vxlanCauses | typeof nativeCauses | typeof hostGwCauses;

/** A cause that a difference from the Node objects has; `core/diagnosis/causes.ts` must know each of them. */
export type DriftCause = Tables[number]['cause'] | 'recreated-empty' | 'link-bounced';
