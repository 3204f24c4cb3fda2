import { rawAlert } from '../fakes/webhook-request.ts';
import { HUB, type World } from './world.ts';

/** An alert that intake took: its answer was 200. */
export interface Accepted {
  readonly fingerprint: string;
  readonly startsAt: number;
  readonly node: string;
  readonly at: number;
}

interface Firing {
  readonly node: string;
  readonly fingerprint: string;
  readonly startsAt: number;
  readonly raw: Readonly<Record<string, unknown>>;
  healthySince: number | undefined;
}

const RESEND_SECONDS = 30;
const CLEARS_AFTER_MS = 30_000;
const LATE_SECONDS = 200;

export type Delivery = 'once' | 'twice' | 'late' | 'lost';

/** Sends webhooks until they are taken, holds what fires, and lets it go when the node has been healthy for a while. */
export function createAlertmanager(world: World) {
  const { chain, hosts, begin, at, say, clock } = world;
  const accepted: Accepted[] = [];
  let firing: readonly Firing[] = [];
  let alerts = 0;
  let webhooks = 0;

  function post(raw: Readonly<Record<string, unknown>>, node: string): void {
    const actor = `webhook-${++webhooks}`;
    const again = () => at(RESEND_SECONDS, () => post(raw, node));
    const send = async () => {
      const { statusCode } = await chain.webhook(raw);
      say(actor, `${String(raw['status'])} alert of ${node}: ${statusCode}`);
      if (statusCode !== 200) return again();
      if (raw['status'] !== 'firing') return;
      const startsAt = Date.parse(String(raw['startsAt']));
      accepted.push({ fingerprint: String(raw['fingerprint']), startsAt, node, at: clock.now() });
    };
    begin(actor, send, again);
  }

  function rawOf(node: string, byAddress: boolean) {
    const address = world.originalOf(node)?.status.addresses?.[0]?.address ?? '';
    const name = byAddress ? { instance: `${address}:9100` } : { node };
    return rawAlert({
      labels: { alertname: 'FlannelVxlanWedge', cluster: 'lab', severity: 'critical', ...name },
      fingerprint: `f${++alerts}`,
      startsAt: new Date(clock.now()).toISOString(),
    });
  }

  function fire(node: string, delivery: Delivery, byAddress = false): void {
    const raw = rawOf(node, byAddress);
    const startsAt = Date.parse(String(raw['startsAt']));
    const fingerprint = String(raw['fingerprint']);
    firing = [...firing, { node, fingerprint, startsAt, raw, healthySince: undefined }];
    chain.alerts.held.push({ active: true, raw, fingerprint, startsAt });
    if (delivery === 'lost') return;
    at(delivery === 'late' ? LATE_SECONDS : 1, () => post(raw, node));
    if (delivery === 'twice') at(1, () => post(raw, node));
  }

  /** A leaf cannot be reached when its hub is sick. */
  const isUnhealthy = (node: string) => hosts.isSick(node) || hosts.isSick(HUB);

  function clear(gone: Firing): void {
    firing = firing.filter((each) => each !== gone);
    const index = chain.alerts.held.findIndex(({ fingerprint }) => fingerprint === gone.fingerprint);
    chain.alerts.held.splice(index, 1);
    post({ ...gone.raw, status: 'resolved', endsAt: new Date(clock.now()).toISOString() }, gone.node);
  }

  return {
    accepted,
    fire,
    /** A webhook that nothing stands behind: of an alert that fired before, or of one that nobody knows. */
    sendStray: (node: string, status: 'firing' | 'resolved', byAddress: boolean) => {
      const known = firing.find((each) => each.node === node);
      if (known === undefined && status === 'firing') return fire(node, 'once', byAddress);
      post({ ...(known?.raw ?? rawOf(node, byAddress)), status }, node);
    },
    /** What has been healthy for half a minute fires no more. */
    look: () => {
      for (const each of firing) {
        if (isUnhealthy(each.node)) each.healthySince = undefined;
        else each.healthySince ??= clock.now();
        if (each.healthySince !== undefined && clock.now() - each.healthySince >= CLEARS_AFTER_MS) clear(each);
      }
    },
    /** When the next alert clears, as far as is known now. */
    nextAt: () =>
      Math.min(...firing.map(({ healthySince = Number.POSITIVE_INFINITY }) => healthySince + CLEARS_AFTER_MS)),
    isQuiet: () => firing.length === 0,
  };
}

export type SimulatedAlertmanager = ReturnType<typeof createAlertmanager>;
