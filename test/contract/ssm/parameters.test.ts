import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandOf, GPU_1, linesOf, type SsmUnderTest, startUnderTest, thrownBy } from './ssm-under-test.ts';
import { documentOf, testDocuments } from './test-documents.ts';

let ssm: SsmUnderTest;

beforeEach(async () => {
  ssm = await startUnderTest({ documents: { ...testDocuments, 'Restitch-read-journal': checked } });
});
afterEach(() => ssm.close());

const checked = documentOf('printf "%s" "$SSM_key $SSM_mode"', {
  key: { type: 'String', interpolationType: 'ENV_VAR', allowedPattern: '^[A-Za-z0-9._-]{1,10}$', maxChars: 8 },
  mode: { type: 'String', interpolationType: 'ENV_VAR', allowedValues: ['on', 'off'], default: 'off' },
});

const injections = [
  'x; echo PWNED >>runs',
  '$(echo PWNED >>runs)',
  '`echo PWNED >>runs`',
  '"\n echo PWNED >>runs\n"',
  '$&{{ text }}',
];

describe('a parameter that is an environment variable', () => {
  it.each(injections)('reaches the script as it is and is never executed: %j', async (text) => {
    expect(await ssm.run(commandOf('diagnose', { parameters: { text } }))).toMatchObject({ stdout: text });
    expect(await ssm.runs()).toEqual([]);
  });
});

describe('a parameter that is text in the script', () => {
  it('is executed, which is why no document of ours has one', async () => {
    await ssm.run(commandOf('confirm', { parameters: { text: 'x; echo PWNED >>runs' } }));
    expect(await ssm.runs()).toEqual(['PWNED']);
  });
});

describe('an agent that is too old for environment variables', () => {
  beforeEach(() => ssm.fault({ kind: 'agent-too-old' }));

  it('is refused when it is looked up, with the command that updates it', async () => {
    expect(await ssm.runner.findInstance('gpu-1', undefined)).toEqual({
      type: 'too-old',
      instanceId: GPU_1,
      version: '3.3.1611.0',
      reason: expect.stringContaining(`AWS-UpdateSSMAgent --instance-ids ${GPU_1}`),
    });
    ssm.standIn.faults.clear('agent-too-old');
    expect(await ssm.runner.findInstance('gpu-1', undefined)).toMatchObject({ agent: { version: '3.3.2746.0' } });
  });

  it('runs a script of ours without its parameters, and the script refuses', async () => {
    const result = await ssm.run(commandOf('diagnose', { parameters: { text: 'hello' } }));
    expect(result).toEqual({ status: 'failed', exitCode: 3, stdout: 'refused\n', stderr: '' });
  });
});

describe('values are checked before anything is sent', () => {
  it.each([
    ['a value that its pattern does not allow', { key: 'a b' }, 'Parameter "key" has value "a b" not matching'],
    ['a line break behind an allowed value', { key: 'abc\n' }, 'not matching'],
    ['a value that is too long', { key: 'a'.repeat(9) }, 'Parameter "key" has length greater than 8'],
    [
      'a value that is not in the list',
      { key: 'a', mode: 'maybe' },
      'Parameter "mode" has value "maybe" not found in [on, off]',
    ],
    ['a missing value', {}, 'Parameter "key" requires a value.'],
    ['an unknown parameter', { key: 'a', colour: 'red' }, 'Parameter "colour" is not defined in document.'],
    ['a name that every object has', { key: 'a', toString: 'red' }, 'Parameter "toString" is not defined'],
  ])('%s is refused', async (_what, parameters, words) => {
    const error = await thrownBy(ssm.runner.send(commandOf('read-journal', { parameters })));
    expect(error).toMatchObject({ message: expect.stringContaining(`InvalidParameters: `), retryable: false });
    expect(error).toMatchObject({ message: expect.stringContaining(words) });
    expect(await ssm.runner.findCommand('inc.reconcile.1', 'mi-0a000000000000001')).toBeUndefined();
  });

  it('an allowed value runs, and a default stands in for what is not given', async () => {
    const result = await ssm.run(commandOf('read-journal', { parameters: { key: 'inc.1' } }));
    expect(result).toMatchObject({ status: 'succeeded', stdout: 'inc.1 off' });
  });
});

describe('the environment of a script', () => {
  it('holds nothing of the process that started it', async () => {
    process.env['RESTITCH_SECRET_OF_THE_TEST'] = 'secret';
    const environment = await startUnderTest({ documents: { 'Restitch-apply': documentOf('env >seen') } });
    try {
      await environment.run(commandOf('apply'));
      expect((await linesOf(environment.hostFile('seen'))).join('\n')).not.toContain('secret');
    } finally {
      delete process.env['RESTITCH_SECRET_OF_THE_TEST'];
      await environment.close();
    }
  });
});
