import type { Fault } from '../../fault.ts';
import { podRoutesMissing } from './pod-routes-missing.ts';

/** Routes, AllowedIPs and forwarding. */
export const routesFaults: readonly Fault[] = [podRoutesMissing];
