import type { Log } from '../../core/log.ts';
import type { TryFault } from '../../functions/console/live-state.ts';
import { backendOf, type Fault, variantOf } from '../../lab/fault.ts';
import { faultCatalogue } from '../../lab/faults/catalogue.ts';
import type { Fleet } from '../../lab/fleet.ts';
import { drillWebhook, postWebhook } from '../drill-webhook.ts';
import { pause } from '../pause.ts';

/** What can be broken from the page. Both acts answer with why not; undefined: done. */
export interface Drills {
  readonly faults: readonly TryFault[];
  /** Makes the fault at once. The alert that Alertmanager would send follows when the symptom shows. */
  start(faultName: string): Promise<string | undefined>;
  /** Takes every fault back, and says so to the incidents as Alertmanager would. */
  clear(): Promise<string | undefined>;
  close(): void;
}

export interface DrillsOptions {
  /** One of our own, or undefined: then nothing may be broken. */
  readonly fleet: Fleet | undefined;
  /** Of the fleet: its variant is named after its backend, where it has no name of its own. */
  readonly variant: string;
  readonly webhook: { readonly webhookUrl: string; readonly token: string };
  readonly log: Log;
}

/** Undefined: the nodes are somebody's. */
export function createDrills({ fleet, variant, webhook, log }: DrillsOptions): Drills | undefined {
  if (fleet === undefined) return undefined;
  const faults = faultCatalogue.filter((fault) => fits(fault, fleet, variant));
  const stopping = new AbortController();
  const made: { readonly fault: Fault; readonly startedAt: number }[] = [];
  const send = async (fault: Fault, startedAt: number) => {
    await pause(1_000 * (fault.settleSeconds ?? 0), stopping.signal);
    if (!stopping.signal.aborted && made.some((each) => each.startedAt === startedAt))
      await postWebhook(webhook, drillWebhook(fault, startedAt, 'firing'));
  };
  const failed = (error: unknown) => {
    log.warn('drill-failed', { reason: String(error) });
    return error instanceof Error ? error.message : String(error);
  };
  return {
    faults: faults.map(({ name, alertingNode, label, story }) => ({
      name,
      node: alertingNode,
      class: label.class,
      story,
    })),
    start: async (faultName) => {
      const fault = faults.find(({ name }) => name === faultName);
      if (fault === undefined) return `no fault of this fleet is called ${faultName}`;
      const startedAt = Date.now();
      try {
        await fleet.inject(fault.name);
      } catch (error) {
        return failed(error);
      }
      made.push({ fault, startedAt });
      send(fault, startedAt).catch(failed);
      return undefined;
    },
    clear: async () => {
      try {
        await fleet.clear();
        for (const { fault, startedAt } of made.splice(0))
          await postWebhook(webhook, drillWebhook(fault, startedAt, 'resolved'));
        return undefined;
      } catch (error) {
        return failed(error);
      }
    },
    close: () => stopping.abort(),
  };
}

function fits(fault: Fault, { kind }: Fleet, variant: string): boolean {
  if (fault.needs === 'namespaces' && kind !== 'namespaces') return false;
  return variantOf(fault) === variant || (fault.variant === undefined && backendOf(fault) === variant);
}
