import { describe, expect, it } from 'vitest';
import {
  answersThrough,
  callerName,
  hasChosenName,
  isApprover,
  isSlackUser,
  isUserGroup,
  mayBeOnePerson,
  webhookPerson,
} from '../../../core/safety/approver.ts';
import { describeDecider, describeDeciderAndReason } from '../../../core/safety/decider.ts';

const user = 'arn:aws:iam::111122223333:user/ops/ann';
const session = 'arn:aws:sts::111122223333:assumed-role/Ops/ann';
const role = 'arn:aws:iam::111122223333:role/Ops';
const ssoRole = 'AWSReservedSSO_Ops_0123456789abcdef';
const sso = `arn:aws:sts::111122223333:assumed-role/${ssoRole}/ann@acme.example`;
const ssoPath = `arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/${ssoRole}`;

describe('the list of approvers', () => {
  it.each([
    ['a Slack user', ['U0ALICE'], 'U0ALICE'],
    ['a user of the machine', ['os:ann'], 'os:ann'],
    ['an AWS user', [user], user],
    ['everybody in a role', ['U0ALICE', role], session],
    ['everybody in a role with a path', [ssoPath], sso],
    ['one person of IAM Identity Center', [sso], sso],
    ['a person of another tool', ['webhook:ann@acme.example'], 'webhook:ann@acme.example'],
  ])('names %s', (_, list, id) => {
    expect(isApprover(list, id)).toBe(true);
  });

  it.each([
    ['anybody, when it is empty', [], user],
    ['an empty id', ['U0ALICE'], ''],
    ['another Slack user', ['U0ALICE'], 'U0BOB'],
    ['a session that is called like a user', ['ann', 'os:ann', user], session],
    ['the session of a role whose name anybody in it may choose', [session], session],
    [
      'a federated user, whose name is chosen too',
      ['arn:aws:sts::111122223333:federated-user/ann'],
      'arn:aws:sts::111122223333:federated-user/ann',
    ],
    ['the role of another account', ['arn:aws:iam::999922223333:role/Ops'], session],
    ['the role of another partition', ['arn:aws-cn:iam::111122223333:role/Ops'], session],
    ['a role whose name only ends so', ['arn:aws:iam::111122223333:role/DevOps'], session],
    ['another person of IAM Identity Center', [sso], sso.replace('ann@', 'bob@')],
    ['a person of another tool who is called like a user of Slack', ['U0ALICE'], 'webhook:U0ALICE'],
    ['a person of another tool who is called like a user of the machine', ['os:ann'], 'webhook:ann'],
    ['a user of Slack who is called like a person of another tool', ['webhook:U0ALICE'], 'U0ALICE'],
    ['a user group, which is nobody', ['S0GROUP'], 'S0GROUP'],
    ['by a star', ['*', 'arn:aws:iam::111122223333:role/*'], session],
  ])('does not name %s', (_, list, id) => {
    expect(isApprover(list, id)).toBe(false);
  });
});

describe('a way to answer', () => {
  const ids = { slack: 'U0ALICE', 'command-line': user, webhook: 'webhook:ann@acme.example' };
  const ways = { slack: 'slack', 'command-line': 'command-line', webhook: undefined } as const;

  it.each(Object.entries(ways))('carries ids of its own alone: %s', (name, through) => {
    const carried = Object.entries(ids).filter(([, id]) => answersThrough(id, through));
    expect(carried.map(([way]) => way)).toEqual([name]);
  });
});

describe('an id of Slack', () => {
  it.each([
    ['S0GROUP', true, false],
    ['S01', true, false],
    ['S0', false, false],
    ['U0ALICE', false, true],
    ['W01', false, true],
    ['U0', false, false],
    ['u0alice', false, false],
    ['os:U0ALICE', false, false],
    ['os:S0GROUP', false, false],
    ['U0ALICE,U0BEN', false, false],
    ['S0GROUP ', false, false],
  ])('%j is a user group: %s, and a person: %s', (id, group, person) => {
    expect([isUserGroup(id), isSlackUser(id)]).toEqual([group, person]);
  });

  it('is no way to answer for whom another tool calls so', () => {
    expect(webhookPerson('U0ALICE')).toBe('webhook:U0ALICE');
    expect(answersThrough(webhookPerson('os:ann'), 'command-line')).toBe(false);
    expect(answersThrough('os:ann', 'command-line')).toBe(true);
  });
});

describe('the name in an ARN', () => {
  it.each([
    ['a session of a role', session, true],
    ['a federated user', 'arn:aws:sts::111122223333:federated-user/ann', true],
    ['a session of a role of Identity Center', sso, false],
    ['a user', user, false],
    ['something that only ends like a federated user', `x${'arn:aws:sts::111122223333:federated-user/ann'}`, false],
    ['a session of an account with a letter', session.replace('111122223333', '11112222333x'), false],
    ['a session with a path', `${session}/more`, false],
    ['something that only ends like a session', `x${session}`, false],
  ])('of %s was chosen by the caller: %s', (_, id, chosen) => {
    expect(hasChosenName(id)).toBe(chosen);
  });
});

describe('two who say yes', () => {
  it.each([
    ['the same id', 'U0ALICE', 'U0ALICE', true],
    ['two users of Slack', 'U0ALICE', 'U0BEN', false],
    ['two sessions of a role, which choose their names', session, session.replace('/ann', '/ben'), true],
    ['sessions of roles in two accounts', session, session.replace('111122223333', '999922223333'), false],
    ['sessions of roles in two partitions', session, session.replace('arn:aws:', 'arn:aws-cn:'), false],
    ['two people of IAM Identity Center', sso, sso.replace('ann@', 'ben@'), false],
    ['two people of another tool, which says who they are', 'webhook:ann', 'webhook:ben', true],
    ['a person of another tool and a user of Slack', 'webhook:ann', 'U0BEN', false],
  ])('may be one person: %s', (_, one, other, may) => {
    expect(mayBeOnePerson(one, other)).toBe(may);
  });
});

describe('the name of a caller', () => {
  it.each([
    [user, 'ann'],
    [sso, 'ann@acme.example'],
    // The session's name says nothing.
    [session, 'Ops'],
    ['os:ann', 'ann'],
    ['arn:aws:iam::111122223333:root', 'root'],
  ])('%s is %s', (id, name) => {
    expect(callerName(id)).toBe(name);
  });
});

describe('who decided', () => {
  it.each([
    [{ id: 'U1', name: 'alice' }, 'alice'],
    [{ id: 'webhook:ann@acme.example', name: 'Ann' }, 'Ann (webhook:ann@acme.example)'],
    [{ id: 'U1', name: 'alice', through: 'slack' }, 'alice'],
    [{ id: user, name: 'ann', through: 'command-line' }, `ann (command line, ${user})`],
    [
      { id: 'U1', name: 'alice', standing: { number: 3, use: 1, most: 3, until: 0 } },
      'alice (standing approval 3, use 1 of 3)',
    ],
    [
      { id: 'os:ann', name: 'ann', through: 'command-line', reason: 'jobs run until six' },
      'ann (command line, os:ann): jobs run until six',
    ],
  ] as const)('%j is told as %s', (decider, told) => {
    expect(describeDeciderAndReason(decider)).toBe(told);
    expect(told.startsWith(describeDecider(decider))).toBe(true);
  });
});
