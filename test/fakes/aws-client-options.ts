/** How an AWS SDK client speaks to a stand-in on this machine. */
export function clientOptions(url: string) {
  return {
    region: 'us-east-1',
    endpoint: url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000 },
  };
}
