/** An answer without content that says so; Node would send no content in chunks. Not for 204 and 304. */
export function emptyResponse(status: number, headers: Headers = new Headers()): Response {
  headers.set('content-length', '0');
  return new Response(null, { status, headers });
}
