/**
 * The options of every AWS client, deployed and local: a service that does not answer must not hold a repair. Without
 * `throwOnRequestTimeout` a request that takes longer than `requestTimeout` is only logged
 * (@smithy/node-http-handler, set-request-timeout).
 */
export const awsClientOptions = {
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
} as const;
