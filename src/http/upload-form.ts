import { createHash } from 'node:crypto';
import type { ImageParams } from '../endpoint/params.ts';
import { paramsJson } from '../endpoint/params-json.ts';
import type { UploadOptions } from './upload.ts';

const STYLE = `
body { max-width: 40rem; margin: 3rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color-scheme: light dark }
code, pre { font: .875rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
pre { white-space: pre-wrap }
label, input, button { display: block; font: inherit }
input, button { margin: .5rem 0 1.5rem }
button { padding: .5rem 1.5rem }
`;

/** Nothing but this page's own style, and its form to this server. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What a browser shows at a path without an image: a form that sends one there, and how the path is understood. */
export function uploadForm(params: ImageParams, { accept, formFieldName }: UploadOptions): Response {
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Upload a picture – imagor-ts</title>
<style>${STYLE}</style>
<main>
<h1>Upload a picture</h1>
<p>It is transformed as this address says, shown, and not kept.</p>
<form method="post" enctype="multipart/form-data">
<label for="file">Picture</label>
<input id="file" type="file" name="${escaped(formFieldName)}" accept="${escaped(accept)}" required>
<button>Transform</button>
</form>
<details>
<summary>How this address is understood</summary>
<pre>${escaped(JSON.stringify(paramsJson(params), null, 2))}</pre>
</details>
</main>
`;
  return new Response(html, {
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY },
  });
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
