/** `aws:///zone/i-…`, `eks-hybrid:///region/cluster/mi-…`: the last part of `spec.providerID`, when it is an instance id. */
export function instanceIdOf(providerId: string | undefined): string | undefined {
  const last = providerId?.split('/').at(-1) ?? '';
  return /^(i|mi)-[0-9a-f]{8,}$/.test(last) ? last : undefined;
}
