/** What `/` shows where no redirect is set: that the server runs, and how to go on. */
export function landingPage(): Response {
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>imagor-ts</title>
<h1>imagor-ts is running</h1>
<p>A picture's address is <code>/unsafe/300x200/photo.jpg</code> in unsafe mode, or signed: <code>/SIGNATURE/300x200/photo.jpg</code>.
`;
  return new Response(html, { headers: { 'content-type': 'text/html; charset=utf-8' } });
}
