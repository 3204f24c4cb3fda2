import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createAssumedRole } from '../../../adapters/aws/assumed-role.ts';
import { listenOnLoopback, readBody } from '../../../local/http.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';

const roleArn = 'arn:aws:iam::444455556666:role/Restitch-runbook-access';
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const credentialsXml = (
  key: string,
  until: number,
) => `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::444455556666:assumed-role/x/restitch</Arn></AssumedRoleUser>
    <Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s/e+c=</SecretAccessKey>
      <SessionToken>token==</SessionToken><Expiration>${new Date(until).toISOString()}</Expiration></Credentials>
  </AssumeRoleResult></AssumeRoleResponse>`;
const errorXml = `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not yours</Message></Error></ErrorResponse>`;

async function setUp(answer: (asked: number) => readonly [number, string]) {
  const asked: { readonly body: string; readonly authorization: string; readonly host: string }[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { authorization = '', host = '' } = request.headers;
      asked.push({ body: body.toString('utf8'), authorization, host });
      const [status, text] = answer(asked.length);
      response.writeHead(status, { 'content-type': 'text/xml' }).end(text);
    });
  });
  const endpoint = await listenOnLoopback(server, 0);
  closers.push(() => server.close());
  const clock = createFakeClock(Date.UTC(2026, 0, 1));
  const credentials = async () => ({ accessKeyId: 'AKIAOWN', secretAccessKey: 'own' });
  const options = { roleArn, externalId: 'Restitch', region: 'eu-west-1', credentials, endpoint, clock: clock.now };
  return { asked, clock, endpoint, role: createAssumedRole(options) };
}

const HOUR_MS = 3_600_000;

describe('a role in another account', () => {
  it('is assumed with the external id, by a signed request of our own', async () => {
    const { asked, role, endpoint } = await setUp(() => [200, credentialsXml('ASIA1', Date.UTC(2026, 0, 1, 1))]);
    expect(await role()).toEqual({
      accessKeyId: 'ASIA1',
      secretAccessKey: 's/e+c=',
      sessionToken: 'token==',
      expiration: new Date(Date.UTC(2026, 0, 1, 1)),
    });
    const [{ body, authorization, host } = { body: '', authorization: '', host: '' }] = asked;
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: roleArn,
      RoleSessionName: 'restitch',
      ExternalId: 'Restitch',
      DurationSeconds: '3600',
    });
    expect(authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIAOWN\/\d{8}\/eu-west-1\/sts\/aws4_request/);
    expect(endpoint).toContain(host);
  });

  it.each([
    [54, 1],
    [55, 2],
  ])('that ends after an hour is assumed again after 55 minutes: after %i it was %i times', async (minutes, times) => {
    const { asked, clock, role } = await setUp((count) => [
      200,
      credentialsXml(`ASIA${count}`, Date.UTC(2026, 0, 1) + HOUR_MS),
    ]);
    await Promise.all([role(), role()]);
    expect(asked).toHaveLength(1);
    clock.advanceSeconds(minutes * 60);
    await role();
    expect(asked).toHaveLength(times);
  });

  it('that is refused says why, and is asked for again', async () => {
    const { role } = await setUp((count) =>
      count === 1 ? [403, errorXml] : [200, credentialsXml('ASIA2', Date.UTC(2027, 0, 1))],
    );
    await expect(role()).rejects.toMatchObject({
      code: 'sts',
      retryable: false,
      message: `${roleArn} cannot be assumed: AccessDenied: not yours`,
    });
    expect(await role()).toMatchObject({ accessKeyId: 'ASIA2' });
  });

  it.each([
    [500, 'busy'],
    [200, '<nothing/>'],
  ])('may be tried again after %i', async (status, text) => {
    const { role } = await setUp(() => [status, text]);
    await expect(role()).rejects.toMatchObject({ code: 'sts', retryable: true });
  });

  it('may be tried again where nobody answers', async () => {
    const { role } = await setUp(() => [200, '']);
    for (const close of closers.splice(0)) close();
    await expect(role()).rejects.toMatchObject({ code: 'sts', retryable: true });
  });
});
