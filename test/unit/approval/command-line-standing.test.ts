import { describe, expect, it } from 'vitest';
import { PAUSE_LIST, withPause } from '../../../core/safety/pause.ts';
import { STANDING_LIST } from '../../../core/safety/standing-approval.ts';
import type { ClickSettings } from '../../../functions/approval/handle-click.ts';
import { createApprovalUnderTest } from '../../fakes/approval-under-test.ts';

const ann = 'arn:aws:iam::111122223333:user/ann';
const bob = 'arn:aws:iam::111122223333:user/bob';
const scope = { cluster: 'eu', pool: 'gpu', class: 'vxlan-wedge', rung: 'bounce' };
const wanted = { standing: 'allow', scope, most: 3, minutes: 30, request: 'request-1' };

async function orders(settings: Partial<ClickSettings> = {}) {
  const under = await createApprovalUnderTest({}, { approvers: [ann, 'U0ALICE'], ...settings });
  return {
    ...under,
    order: (body: unknown, caller = ann) =>
      under.receive({
        headers: {},
        body: JSON.stringify(body),
        isBase64Encoded: false,
        requestContext: { http: { method: 'POST' }, authorizer: { iam: { userArn: caller } } },
      }),
    list: async () => (await under.safety.standing.get(STANDING_LIST))?.approvals ?? [],
  };
}

describe('a standing approval from the command line', () => {
  it('is given in the name of the caller, once however often the order is sent', async () => {
    const { order, list, log } = await orders();
    const said = {
      number: 1,
      given: expect.stringContaining(
        'standing approval 1 by ann: bounce against vxlan-wedge in pool gpu of eu, 3 of 3',
      ),
      as: ann,
    };
    expect(await order(wanted)).toEqual({ status: 200, said });
    expect(await order(wanted)).toEqual({ status: 200, said });
    expect(await list()).toMatchObject([{ scope, most: 3, by: { id: ann, name: 'ann', through: 'command-line' } }]);
    expect(log.of('standing-given')).toMatchObject([
      { by: ann, number: 1 },
      { by: ann, number: 1 },
    ]);
  });

  it('is another one for another caller who sends the same request', async () => {
    const { order, list } = await orders({ approvers: [ann, bob] });
    await order(wanted);
    await order(wanted, bob);
    expect((await list()).map(({ by }) => by.id)).toEqual([ann, bob]);
  });

  it('is ended by any approver, and then there is none', async () => {
    const { order, list } = await orders({ approvers: [ann, bob] });
    await order(wanted);
    expect((await order({ standing: 'revoke', number: 1 }, bob)).said).toEqual({ ended: 1, as: bob });
    expect((await order({ standing: 'revoke', number: 1 }, bob)).said).toEqual({
      refused: 'no standing approval 1 is in force',
      as: bob,
    });
    expect(await list()).toMatchObject([{ revokedBy: bob }]);
  });

  it.each([
    ['somebody who is not on the list', {}, wanted, bob, 'you are not on the list of approvers'],
    [
      'an approver whom a rule leaves out',
      { rules: [{ pool: 'gpu', approvers: ['U0ALICE'] }] },
      wanted,
      ann,
      'you are not on the list of approvers',
    ],
    [
      'anybody, where two must say yes',
      { rules: [{ rung: 'bounce', ask: 'two' }] },
      wanted,
      ann,
      'two people must say yes to bounce against vxlan-wedge in pool gpu of eu',
    ],
    ['anybody, for more than ten times', {}, { ...wanted, most: 11 }, ann, 'at most 10 times'],
    ['anybody, for more than four hours', {}, { ...wanted, minutes: 241 }, ann, 'for at most 4 hours'],
    ['anybody, for a drain', {}, { ...wanted, scope: { ...scope, rung: 'drain' } }, ann, 'drain always asks'],
  ] as const)('is not given by %s', async (_, settings, body, caller, refused) => {
    const { order, list, log } = await orders(settings as Partial<ClickSettings>);
    expect((await order(body, caller)).said).toEqual({ refused, as: caller });
    expect(await list()).toEqual([]);
    expect(log.of('standing-refused')).toMatchObject([{ by: caller, reason: refused }]);
  });

  it('is not given in a pause', async () => {
    const { order, safety, clock, list } = await orders();
    const pause = { scope: { type: 'all' }, reason: 'a release', by: 'ann', since: clock.now(), until: null } as const;
    await safety.pauses.change(PAUSE_LIST, (current) => withPause(current, pause));
    expect((await order(wanted)).said.refused).toContain('a release');
    expect(await list()).toEqual([]);
  });

  it('is not ended by somebody who is not on the list', async () => {
    const { order, list, log } = await orders();
    await order(wanted);
    expect((await order({ standing: 'revoke', number: 1 }, bob)).said).toEqual({
      refused: 'you are not on the list of approvers',
      as: bob,
    });
    expect(await list()).toMatchObject([{ revokedBy: null }]);
    expect(log.of('command-refused')).toMatchObject([{ by: bob, reason: 'you are not on the list of approvers' }]);
  });

  it.each([
    ['who gives it in the body', { ...wanted, by: { id: ann } }],
    ['a fault class that there is not', { ...wanted, scope: { ...scope, class: 'rain' } }],
    ['no request', { ...wanted, request: undefined }],
    ['a number that is none', { standing: 'revoke', number: 0 }],
    ['another order', { standing: 'extend', number: 1 }],
  ])('is no order with %s', async (_, body) => {
    const { order, list } = await orders();
    expect(await order(body)).toEqual({ status: 400, said: { error: 'not a decision' } });
    expect(await list()).toEqual([]);
  });
});
