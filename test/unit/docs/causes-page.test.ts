import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { causeOf, causes, isCauseName } from '../../../core/diagnosis/causes.ts';
import { stagesLeft } from '../../../core/runbook/stages-left.ts';
import { runbookFor } from '../../../runbooks/catalogue.ts';
import { causesPage } from '../../../scripts/causes-page.ts';

describe('the page of causes', () => {
  it('is what `npm run causes` writes', () => {
    expect(readFileSync(join(import.meta.dirname, '../../../docs/causes.md'), 'utf8')).toBe(causesPage());
  });
});

describe.each(Object.keys(causes).filter((name) => isCauseName(name)))('the cause %s', (name) => {
  const cause = causeOf(name);

  it('tells a person something in one line', () => {
    const place = { host: 'gpu-1', wireguardDevice: 'wg0', flannelDevice: 'flannel.1' };
    const told = cause.told({
      ...place,
      publicIp: '10.200.0.11',
      key: 'key=',
      oversizedDevice: 'wg0',
      forwardingKey: 'net.ipv4.ip_forward',
      carriedBytes: null,
      cloudChange: 'aws ec2 create-route',
    });
    expect(told).toMatch(/^\S.{10,}$/);
  });

  it('is mended by a rung that its runbook has for it', () => {
    const { class: faultClass, mendedBy } = cause;
    if (mendedBy === 'person' || mendedBy === 'nobody') return;
    const runbook = runbookFor(faultClass);
    expect(runbook && stagesLeft(runbook, { cause: name, hostAtFault: null }, []).map((stage) => stage.name)).toContain(
      mendedBy,
    );
  });
});
