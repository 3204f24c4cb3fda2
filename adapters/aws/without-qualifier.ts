/** `arn:…:function:name:alias` → `arn:…:function:name`. */
export function withoutQualifier(functionName: string): string {
  const parts = functionName.split(':');
  return parts.length === 8 ? parts.slice(0, -1).join(':') : functionName;
}
