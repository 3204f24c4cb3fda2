import recommended from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { cdkContext } from './cdk-context.ts';

describe('cdk.json', () => {
  it('sets every feature flag as the installed CDK recommends', () => {
    expect(cdkContext()).toMatchObject(recommended);
  });
});
