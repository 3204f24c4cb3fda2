/** What came back: its status, and its body as JSON. */
export interface Posted {
  readonly ok: boolean;
  readonly body: { readonly answer?: string; readonly error?: string };
}

/** Asks for an act. The token was written into this page, which no other site can read: an act that another site asks for has none. */
export async function post(path: string, body: unknown): Promise<Posted> {
  const token = document.querySelector('meta[name="act-token"]')?.getAttribute('content') ?? '';
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-restitch-act': token },
    body: JSON.stringify(body),
  });
  return { ok: response.ok, body: await response.json() };
}
