import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIncidentStore } from '../../../adapters/aws/dynamodb-incident-store.ts';
import { createTable } from '../../../adapters/aws/dynamodb-table.ts';
import { incidentsSince } from '../../../cli/incidents-since.ts';
import { figuresOf } from '../../../cli/report/figures.ts';
import { html } from '../../../cli/report/html.ts';
import { reportPage } from '../../../cli/report/page.ts';
import { lengthText } from '../../../cli/report/words.ts';
import { openStateTable } from '../../../local/table/open-state-table.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { incidentOf, receiptOf } from '../../fakes/sample-records.ts';
import { captureCli } from './captured-cli.ts';

const { openedAt } = incidentOf();
const found = { class: 'missing-route', cause: 'tunnel-route-missing', hostAtFault: 'hub-1' } as const;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restitch-report-'));
  const { client, tableName, close } = await openStateTable(folder, { region: 'us-east-1', tableName: 'restitch' });
  const store = createIncidentStore(createTable(DynamoDBDocumentClient.from(client), tableName));
  const incident = incidentOf({ phase: 'handed-over', found });
  await store.openOrGet(incident.target, () => incident);
  const summary = 'handed over to a person: nothing is left to try';
  await store.appendReceipt(receiptOf({ event: 'handed-over', summary, at: openedAt + 5_000 }));
  await close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const DAY = ['--since', '2026-11-21', '--until', '2026-11-22'];
const run = (...args: readonly string[]) => captureCli(['report', ...args, '--state-dir', folder]);

describe('restitch report', () => {
  it('writes one page that loads and runs nothing', async () => {
    const file = join(folder, 'report.html');
    expect(await run(...DAY, '--out', file)).toEqual({ code: 0, out: [`${file}: 1 incident`], err: '' });
    const page = await readFile(file, 'utf8');
    expect(page).toContain('21 Nov 2026, 00:00</time> to');
    expect(page).toContain('nothing is left to try');
    expect(page).not.toMatch(/<script|\ssrc=|\shref=|url\(|@import/);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect([...page.matchAll(/<h([1-6])/g)].map(([, level]) => level).join('')).toBe('1222232');
  });

  it('prints the page on standard output', async () => {
    const { code, out } = await run(...DAY, '--out', '-');
    expect([code, out.join('\n').startsWith('<!doctype html>')]).toEqual([0, true]);
  });

  it('prints the figures as JSON', async () => {
    const { out } = await run(...DAY, '--json');
    expect(JSON.parse(out.join('\n'))).toMatchObject({
      clusters: ['lab-1'],
      all: { incidents: 1, autonomy: { part: 0, of: 1 } },
      byClass: [{ class: 'missing-route', incidents: 1 }],
      handedOver: [{ incidentId: 'lab-1.gpu-1.1', why: 'nothing is left to try' }],
    });
  });

  it('says that nothing was opened in the period', async () => {
    const { code, out } = await run('--since', '2026-11-01', '--until', '2026-11-21', '--out', '-');
    expect(code).toBe(0);
    expect(out.join('\n')).toContain('No incident was opened in this period.');
  });

  it.each([
    [['--since', 'yesterday'], '--since yesterday: as 90m, 4h, 30d, 2026-11-22 or 2026-11-22T06:00:00Z'],
    [['--since', '2026-02-31'], '--since 2026-02-31: as'],
    [['--until', '2026-11-22T06:00'], '--until 2026-11-22T06:00: as 2026-11-22 or'],
    [['--since', '2026-11-22', '--until', '2026-11-22'], '--since 2026-11-22 is not before --until 2026-11-22'],
    [['--since', '9999-01-01'], '--since 9999-01-01 is in the future'],
  ])('refuses %j', async (args, said) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(err).toContain(`restitch: ${said}`);
  });
});

describe('what comes from alerts and nodes', () => {
  it('is escaped on the page', () => {
    const evil = '<img src=x onerror="alert(1)">&\'';
    const target = { cluster: evil, node: evil };
    const incident = incidentOf({
      incidentId: evil,
      target,
      phase: 'handed-over',
      found: { ...found, hostAtFault: evil },
    });
    const receipt = [receiptOf({ event: 'handed-over', summary: evil })];
    const other = incidentOf({ ...incident, target: { ...target, cluster: 'b' } });
    const cases = [incident, incident, other].map((each) => ({ incident: each, receipt }));
    const page = reportPage(figuresOf(cases, [], { since: 0, until: openedAt }), openedAt);
    expect(page).not.toContain('<img');
    expect(page.split('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;&#39;').length).toBeGreaterThan(8);
  });

  it('stays text in an attribute, and what is HTML already stays HTML', () => {
    const inner = html`<b title="${'"><script>'}">${1}</b>`;
    expect(html`${[inner, inner]}`.markup).toBe('<b title="&quot;&gt;&lt;script&gt;">1</b>'.repeat(2));
  });
});

describe('a length of time', () => {
  it.each([
    [0, '0 s'],
    [4.24, '4.2 s'],
    [9.96, '10 s'],
    [59.6, '1 min'],
    [750, '12 min 30 s'],
    [3_600, '1 h'],
    [100_000, '1 d 3 h'],
  ])('of %d s is written with two units at most', (seconds, text) => {
    expect(lengthText(seconds).replaceAll('\u{202f}', ' ')).toBe(text);
  });
});

describe('the incidents since a time', () => {
  it('are all of them, however many came after', async () => {
    const store = createInMemoryIncidentStore();
    for (let index = 0; index < 450; index++)
      store.seed(incidentOf({ incidentId: `lab-1.gpu-1.${index}`, openedAt: openedAt + index }));
    const ids = async (since: number) => (await incidentsSince(store, since)).length;
    expect([await ids(0), await ids(openedAt + 440), await ids(openedAt + 200)]).toEqual([450, 10, 250]);
  });
});
