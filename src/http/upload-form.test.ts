import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { parse } from '../endpoint/parse.ts';
import { uploadForm } from './upload-form.ts';

const OPTIONS = { maxBytes: 0, accept: 'image/png,"a"', formFieldName: '<i>"', timeoutMs: 0 };

describe('uploadForm', () => {
  it('sends the field and the types that the server takes', async () => {
    const html = await uploadForm(parse('unsafe/9x9/'), OPTIONS).text();
    assert.match(html, /<form method="post" enctype="multipart\/form-data">/);
    assert.match(
      html,
      /<input id="file" type="file" name="&#60;i&#62;&#34;" accept="image\/png,&#34;a&#34;" required>/,
    );
  });

  it('shows how the path is understood, and lets nothing of it be part of the page', async () => {
    const html = await uploadForm(parse('unsafe/9x8/filters:label(<script>&\'"</pre>)/'), OPTIONS).text();
    assert.match(html, /&#34;width&#34;: 9/);
    assert.doesNotMatch(html, /<script>|<\/pre>\)/);
  });

  it('loads nothing, and runs nothing', async () => {
    const response = uploadForm(parse('unsafe/9x9/'), OPTIONS);
    const policy = response.headers.get('content-security-policy') ?? '';
    const html = await response.text();
    const [, style = ''] = /<style>(.*)<\/style>/s.exec(html) ?? [];
    assert.ok(policy.includes(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`));
    assert.match(policy, /^default-src 'none'; /);
    assert.doesNotMatch(html, /https?:|src=|href=|style="/);
  });
});
