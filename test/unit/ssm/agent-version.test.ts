import { describe, expect, it } from 'vitest';
import { describeOldAgent, isAgentTooOld } from '../../../core/runbook/agent-version.ts';

describe('an SSM agent', () => {
  it.each(['3.3.2746.0', '3.3.2746.1', '3.3.2747.0', '3.4.0.0', '4.0.0.0', '3.3.10000.0', '3.3.2746'])(
    'of version %s is new enough',
    (version) => expect(isAgentTooOld(version)).toBe(false),
  );

  it.each(['3.3.2745.9', '3.3.999.0', '3.2.9999.0', '2.9.9999.0', '3.3'])('of version %s is too old', (version) =>
    expect(isAgentTooOld(version)).toBe(true),
  );

  it.each(['', 'unknown', '3.3.x.0', '3.3.2746.0-beta'])('whose version is %j counts as too old', (version) =>
    expect(isAgentTooOld(version)).toBe(true),
  );

  it('that is too old is named with its version, the wanted one, and how to update it', () => {
    expect(describeOldAgent('mi-0a', '3.3.1611.0')).toBe(
      'the SSM agent of mi-0a is 3.3.1611.0, and 3.3.2746.0 or later is needed: ' +
        'update it (aws ssm send-command --document-name AWS-UpdateSSMAgent --instance-ids mi-0a)',
    );
  });
});
