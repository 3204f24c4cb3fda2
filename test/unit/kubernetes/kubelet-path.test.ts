import { describe, expect, it } from 'vitest';
import { readKubeletPath } from '../../../adapters/kubernetes/kubelet-path.ts';

const status = (code: number, message: string, reason?: string) => ({
  type: 'answer' as const,
  status: code,
  text: JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code }),
});
const plain = (code: number, text: string) => ({ type: 'answer' as const, status: code, text });
const dial = 'error trying to reach service: dial tcp 10.200.0.11:10250:';

describe('the kubelet itself answers', () => {
  it.each([
    ['healthy', plain(200, 'ok')],
    ['unhealthy', plain(500, '[-]syncloop failed')],
    ['without that path', plain(404, '404 page not found')],
  ])('%s: the path is there', (_what, answer) => {
    expect(readKubeletPath(answer)).toEqual({ type: 'reachable' });
  });
});

describe('the API server cannot reach the kubelet', () => {
  it.each([
    ['Kubernetes 1.20', status(500, `${dial} connect: connection refused`), 'refused'],
    ['Kubernetes 1.21 and later', status(503, `${dial} connect: connection refused`, 'ServiceUnavailable'), 'refused'],
    ['a dial that ends', status(503, `${dial} i/o timeout`, 'ServiceUnavailable'), 'timeout'],
    ['a handshake that ends', status(500, 'error trying to reach service: net/http: TLS handshake timeout'), 'timeout'],
    ['no route', status(503, `${dial} connect: no route to host`, 'ServiceUnavailable'), 'error'],
    [
      'the tunnel of K3s',
      status(503, 'proxy error while dialing 10.0.0.2:10250, code 502: 502 Bad Gateway'),
      'bad-gateway',
    ],
    ['a Status with 504', status(504, 'gave up', 'Timeout'), 'timeout'],
    ['a gateway in front', plain(502, '<html>Bad Gateway</html>'), 'bad-gateway'],
    ['a gateway without patience', plain(504, '<html></html>'), 'timeout'],
  ])('(%s)', (_what, answer, reason) => {
    expect(readKubeletPath(answer)).toMatchObject({ type: 'unreachable', reason });
  });

  it('(our own patience ends first)', () => {
    expect(readKubeletPath({ type: 'timeout' })).toMatchObject({ type: 'unreachable', reason: 'timeout' });
  });
});

describe('an answer that is about the call and not about the path', () => {
  it.each([
    ['no such Node', status(404, 'nodes "x" not found', 'NotFound')],
    ['not allowed', status(403, 'nodes "x" is forbidden', 'Forbidden')],
    ['unknown token', status(401, 'Unauthorized', 'Unauthorized')],
    ['too many calls', plain(429, 'Too many requests')],
    ['no API server', { type: 'no-answer' as const, reason: 'connect ECONNREFUSED', cause: undefined }],
  ])('(%s) says nothing', (_what, answer) => {
    expect(readKubeletPath(answer)).toBeUndefined();
  });
});
