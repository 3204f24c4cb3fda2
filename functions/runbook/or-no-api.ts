import { RestitchError } from '../../core/restitch-error.ts';

/** The API server answers with errors, too late or not at all. It may be one call, so whoever gets this tries again first. */
export interface NoApi {
  readonly type: 'no-api';
  readonly reason: string;
}

/** What the work that needs the Kubernetes API gives, or that it could not be had. A refusal is no trouble of the server. */
export async function orNoApi<T>(body: () => Promise<T>): Promise<T | NoApi> {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof RestitchError) || error.code !== 'kubernetes' || !error.retryable) throw error;
    return { type: 'no-api', reason: error.message };
  }
}
