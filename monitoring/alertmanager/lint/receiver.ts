import { type Finding, findingAt, type Place } from '../../../adapters/yaml/finding.ts';
import type { LocatedMap } from './located.ts';
import { asText, createSettingsReader, type Setting, type SettingsReader, settingValue } from './settings.ts';

/** What is asked of one webhook of a receiver. */
export interface Webhook {
  readonly at: Place;
  readonly located: LocatedMap;
  /** Of the webhook itself, or else the global one. */
  readonly http: LocatedMap | undefined;
}

/** The webhooks that post to Restitch, by receiver. */
export type OurReceivers = ReadonlyMap<string, readonly Webhook[]>;

/** Without `url` every webhook counts as Restitch's. One whose url is not in the file counts where no other one does, with an error. */
export function ourReceivers(
  file: LocatedMap,
  url: string | undefined,
  reader: SettingsReader,
  tell: (finding: Finding) => void,
): OurReceivers {
  const globalMap = reader.map(file, 'global');
  const globalHttp = globalMap === undefined ? undefined : reader.map(globalMap, 'http_config');
  const ours = new Map<string, readonly Webhook[]>();
  const unclear = new Map<string, readonly Webhook[]>();
  for (const receiver of reader.maps(file, 'receivers')) {
    const name = settingValue(reader.text(receiver, 'name'));
    if (name === undefined) continue;
    const webhooks = reader.maps(receiver, 'webhook_configs').map((located): Webhook => {
      return { at: located.at, located, http: reader.map(located, 'http_config') ?? globalHttp };
    });
    const posting = webhooks.filter(({ located }) => postsTo(located, url) === true);
    const perhaps = webhooks.filter(({ located }) => postsTo(located, url) === undefined);
    if (posting.length > 0) ours.set(name, posting);
    if (perhaps.length > 0) unclear.set(name, perhaps);
  }
  if (ours.size > 0) return ours;
  for (const webhook of [...unclear.values()].flat())
    tell(
      findingAt('error', webhook, 'its url is not in this file, so where it posts cannot be decided: write it as url'),
    );
  return unclear;
}

/** Undefined: not known. */
function postsTo({ entries }: LocatedMap, wanted: string | undefined): boolean | undefined {
  if (wanted === undefined) return true;
  const located = entries.get('url');
  const url = located === undefined ? undefined : asText(located);
  if (url === undefined) return undefined;
  const [given, intake] = [withoutSlash(url), withoutSlash(wanted)];
  return given === intake || given.startsWith(`${intake}/`) || given.startsWith(`${intake}?`);
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '');

/** So many alerts fit into one webhook, see README. */
const FEWEST_ALERTS = 2_000;

/** Whether a webhook tells Restitch everything, and is let in. */
export function checkWebhook(webhook: Webhook): readonly Finding[] {
  const findings: Finding[] = [];
  const reader = createSettingsReader((finding) => findings.push(finding));
  const sendResolved = reader.flag(webhook.located, 'send_resolved');
  if (sendResolved.type === 'set' && !sendResolved.value)
    findings.push(findingAt('error', sendResolved, 'the end of an alert is not told: write send_resolved: true'));
  const maxAlerts = reader.count(webhook.located, 'max_alerts');
  if (maxAlerts.type === 'set' && maxAlerts.value > 0 && maxAlerts.value < FEWEST_ALERTS) {
    const text = `alerts beyond ${maxAlerts.value} of a group are cut off, ends as well: write max_alerts: 0, or at least ${FEWEST_ALERTS}`;
    findings.push(findingAt('error', maxAlerts, text));
  }
  return [...findings, ...checkToken(webhook)];
}

const WRITE_TOKEN = 'write http_config: { authorization: { credentials_file: FILE } } with the webhook token';

function checkToken({ at, http }: Webhook): readonly Finding[] {
  if (http === undefined)
    return [findingAt('error', { at }, `it has no token, and intake answers 401: ${WRITE_TOKEN}`)];
  const findings: Finding[] = [];
  const reader = createSettingsReader((finding) => findings.push(finding));
  const authorization = reader.map(http, 'authorization');
  const type = authorization === undefined ? undefined : reader.text(authorization, 'type');
  if (type?.type === 'set' && type.value.toLowerCase() !== 'bearer')
    return [
      ...findings,
      findingAt('error', type, 'intake takes a bearer token only: write type: Bearer, or leave it out'),
    ];
  const given: readonly Setting<string>[] = [
    ...(authorization === undefined
      ? []
      : ['credentials', 'credentials_file'].map((key) => reader.text(authorization, key))),
    ...['bearer_token', 'bearer_token_file'].map((key) => reader.text(http, key)),
  ];
  const isGiven =
    http.entries.get('authorization')?.kind === 'undecided' || given.some((each) => each.type !== 'absent');
  return isGiven
    ? findings
    : [...findings, findingAt('error', http, `intake answers 401 without a token: ${WRITE_TOKEN}`)];
}
