import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CausePlace } from '../core/diagnosis/cause.ts';
import { type CauseName, causeOf, causes, isCauseName } from '../core/diagnosis/causes.ts';
import { FaultClass } from '../core/fault-class.ts';

/** Placeholders for the names that a real hand-over has. */
const place: CausePlace = {
  host: '<host>',
  wireguardDevice: 'wg0',
  flannelDevice: '<flannel’s device>',
  publicIp: '<address in the tunnel>',
  key: '<public key>',
  oversizedDevice: '<the device>',
  forwardingKey: 'net.ipv4.ip_forward',
  carriedBytes: null,
  cloudChange: 'the exact change of the cloud’s route tables, or what to look at there',
};

/** The page docs/causes.md: every cause, what mends it, and what a person is told. */
export function causesPage(): string {
  return [
    '# Causes',
    '',
    'Made by `npm run causes` from `core/diagnosis/causes.ts`. “Mended by” is the gentlest rung that can mend a cause; “person”:',
    'nothing here can. The last column is what the incident says when a person has to do it, with placeholders in angle brackets.',
    '',
    ...FaultClass.options.flatMap(sectionOf),
  ].join('\n');
}

function sectionOf(faultClass: FaultClass): readonly string[] {
  const rows = Object.keys(causes)
    .filter((name) => isCauseName(name))
    .filter((name) => causeOf(name).class === faultClass)
    .map(row);
  return [`## ${faultClass}`, '', '| cause | mended by | by hand |', '| --- | --- | --- |', ...rows, ''];
}

function row(name: CauseName): string {
  const { mendedBy, told } = causeOf(name);
  return `| ${name} | ${mendedBy} | ${told(place).replaceAll('<', '&lt;').replaceAll('|', '\\|')} |`;
}

if (import.meta.main) await writeFile(join(import.meta.dirname, '..', 'docs', 'causes.md'), causesPage());
