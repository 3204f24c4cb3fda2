import { type Finding, findingAt, type Place } from '../../../adapters/yaml/finding.ts';
import type { LocatedMap } from './located.ts';
import { type Matchers, matchAll, readMatchers } from './matchers.ts';
import { namesOf } from './names-of.ts';
import { alertsForUs, type OurAlert } from './our-alerts.ts';
import { type Setting, type SettingsReader, settingValue } from './settings.ts';

/** One of `inhibit_rules`. */
interface Inhibition {
  readonly at: Place;
  readonly source: Matchers;
  readonly target: Matchers;
  readonly equal: Setting<readonly string[]>;
}

const shared = alertsForUs.filter(({ rank }) => rank === 'shared');
const leaves = alertsForUs.filter(({ rank }) => rank !== 'shared');
/** What a hub's alert and those of the nodes behind it have in common, and only they. */
const EQUAL = ['cluster', 'hub'];
const WRITE_EQUAL = `write equal: [${EQUAL.join(', ')}]`;

/** Whether a hub's alert mutes those of the nodes behind it, and no others. */
export function checkInhibition(
  file: LocatedMap,
  reader: SettingsReader,
  tell: (finding: Finding) => void,
): readonly Finding[] {
  const inhibitions = reader.maps(file, 'inhibit_rules').map((located): Inhibition => {
    const source = readMatchers(located, 'source_', reader, tell);
    const target = readMatchers(located, 'target_', reader, tell);
    return { at: located.at, source, target, equal: reader.texts(located, 'equal') };
  });
  const byHub = inhibitions.filter(({ source }) => shared.every(({ labels }) => matchAll(source, labels) === 'yes'));
  const tooWide = byHub.filter((each) => leaves.some((leaf) => mutes(each, leaf)) && lacking(each).length > 0);
  const right = byHub.filter((each) => lacking(each).length === 0 && settingValue(each.equal)?.length === EQUAL.length);
  const loud = leaves.filter((leaf) => ![...right, ...tooWide].some((each) => mutes(each, leaf)));
  const place = file.entries.get('inhibit_rules') ?? file;
  return [
    ...tooWide.map((each) => {
      const text = `a hub’s alert mutes nodes that are not behind it, because equal lacks ${lacking(each).join(' and ')}: ${WRITE_EQUAL}`;
      return findingAt('error', each, text);
    }),
    ...(loud.length === 0 ? [] : [findingAt('warning', place, loudText(loud))]),
  ];
}

function mutes({ target }: Inhibition, { labels }: OurAlert): boolean {
  return matchAll(target, labels) === 'yes';
}

/** An `equal` that is not known is told by itself. */
function lacking({ equal }: Inhibition): readonly string[] {
  return equal.type === 'undecided' ? [] : EQUAL.filter((label) => !(settingValue(equal) ?? []).includes(label));
}

function loudText(loud: readonly OurAlert[]): string {
  const names = namesOf(loud.map(({ name }) => name));
  return `a hub’s outage does not mute ${names} of the nodes behind it: inhibit restitch_rank=~"cause|path" by restitch_rank="shared", and ${WRITE_EQUAL}`;
}
