import { describe, expect, it } from 'vitest';
import { createApprovalUnderTest } from '../../fakes/approval-under-test.ts';
import { briefOf } from '../../fakes/sample-records.ts';

const inPool = (pool: string, gpus = 8) => ({ brief: briefOf({ pools: [pool], gpus }) });

describe('a member of a user group that may answer', () => {
  const settings = { approvers: ['S0ONCALL'] };
  const working = async (members: readonly string[], more: object = {}) => {
    const approval = await createApprovalUnderTest(inPool('a100'), { ...settings, ...more });
    approval.groups.members = { S0ONCALL: members };
    return approval;
  };

  it('decides, whoever it is at the moment of the click', async () => {
    const { click, stored, groups } = await working(['U0CLEO']);
    expect((await click({ user: 'U0DAN' })).said).toEqual({ refused: 'you are not on the list of approvers' });
    groups.members = { S0ONCALL: ['U0DAN'] };
    expect((await click({ user: 'U0CLEO' })).said).toEqual({ refused: 'you are not on the list of approvers' });
    await click({ user: 'U0DAN' });
    expect(await stored()).toMatchObject({ status: 'approved', decidedBy: { id: 'U0DAN' } });
  });

  it('is told to try again while Slack does not say who is in it, and nothing is decided', async () => {
    const { click, stored, groups, answers, calls } = await working(['U0CLEO']);
    groups.down = true;
    await click({ user: 'U0CLEO' });
    expect((await stored())?.status).toBe('pending');
    expect(calls).not.toContain('approvals.decide');
    expect(answers).toEqual([
      { text: 'Not done: Slack did not say who is in the user group that may answer, so please try again.' },
    ]);
  });

  it('is nobody where the rule names a group that Slack does not know', async () => {
    const rules = [{ pool: 'a100', approvers: ['S0GONE'] }];
    const { click, stored } = await working(['U0CLEO'], { approvers: ['U0CLEO'], rules });
    expect((await click({ user: 'U0CLEO' })).said).toHaveProperty('refused');
    expect((await stored())?.status).toBe('pending');
  });

  it('is not asked for where the person is named', async () => {
    const { click, calls } = await working([], { approvers: ['U0CLEO', 'S0ONCALL'] });
    await click({ user: 'U0CLEO' });
    expect(calls).toEqual(['signingSecret', 'approvals.decide', 'engine.completeCallback']);
  });

  it('by the group of a rule does not answer what another rule gives to others', async () => {
    const rules = [{ pool: 'research', approvers: ['S0ONCALL'] }];
    const { click, stored } = await working(['U0CLEO'], { approvers: ['U0ALICE'], rules });
    expect((await click({ user: 'U0CLEO' })).said).toEqual({ refused: 'you are not on the list of approvers' });
    expect((await stored())?.status).toBe('pending');
  });

  it('may not take the id of the group for their own', async () => {
    const { click, stored } = await working([]);
    expect((await click({ user: 'S0ONCALL' })).said).toHaveProperty('refused');
    expect((await stored())?.status).toBe('pending');
  });
});

describe('by rules with windows', () => {
  /** The question of the test is asked at 00:03 UTC. */
  const night = { when: ['0 22 * * * UTC 8h'] };
  const day = { when: ['0 6 * * * UTC 16h'] };

  it.each([
    ['U0BEN', 'pending'],
    ['U0CLEO', 'approved'],
  ])('at night %s leaves the question %s', async (user, status) => {
    const rules = [{ ...night, approvers: ['U0CLEO'] }];
    const { click, stored } = await createApprovalUnderTest(inPool('a100'), { rules });
    await click({ user });
    expect((await stored())?.status).toBe(status);
  });

  it('who may answer by day only is on no list at night', async () => {
    const rules = [{ ...day, approvers: ['U0CLEO'] }];
    const { click, calls } = await createApprovalUnderTest(inPool('a100'), { rules });
    expect((await click({ user: 'U0CLEO' })).said).toEqual({ refused: 'you are not on the list of approvers' });
    expect(calls).not.toContain('approvals.decide');
  });

  it('a question for one person wants two at night, and says so', async () => {
    const { click, stored } = await createApprovalUnderTest(inPool('a100'), { rules: [{ ...night, ask: 'two' }] });
    expect((await click({ user: 'U0ALICE' })).said).toEqual({ decision: 'approved' });
    expect(await stored()).toMatchObject({ status: 'pending', yesesNeeded: 2, yeses: [{ id: 'U0ALICE' }] });
    await click({ user: 'U0BEN' });
    expect((await stored())?.status).toBe('approved');
  });

  it.each([
    [8, 'approved'],
    [9, 'pending'],
  ])('with %i GPUs at risk and a limit of 8 at night, one yes leaves it %s', async (gpus, status) => {
    const rules = [{ ...night, twoAboveGpus: 8 }];
    const { click, stored } = await createApprovalUnderTest(inPool('a100', gpus), { rules });
    await click();
    expect((await stored())?.status).toBe(status);
  });
});
