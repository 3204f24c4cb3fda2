import { describe, expect, it } from 'vitest';
import { createClickAnswer } from '../../../adapters/slack/answer-click.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';

describe('the answer to a click', () => {
  it.each([
    'http://169.254.169.254/latest',
    'https://hooks.slack.com.evil.example/x',
    'https://hooks.slack.com:8443/x',
    'http://hooks.slack.com/x',
    'https://user@evil.example/hooks.slack.com',
    'http://127.0.0.1:2/x',
    'file:///etc/passwd',
    'x',
  ])('is not sent to %s, which is not Slack’s', async (url) => {
    const log = createRecordingLog();
    await createClickAnswer(log, 'http://127.0.0.1:1/api/')(url, { text: 'for the person who clicked' });
    expect(log.of('clicker-not-told')).toEqual([{ reason: 'not an address of Slack' }]);
  });

  it('that cannot be sent is only logged', async () => {
    const log = createRecordingLog();
    await createClickAnswer(log, 'http://127.0.0.1:1/api/')('http://127.0.0.1:1/whisper', { text: 'x' });
    expect(log.of('clicker-not-told')).toHaveLength(1);
  });
});
