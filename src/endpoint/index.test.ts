import assert from 'node:assert/strict';
import { builtinModules } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { build } from 'esbuild';
import { createSigner } from './sign.ts';

const BUILTINS = new Set(builtinModules);

test('runs in a browser', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL('./index.js', import.meta.url))],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'imagor',
    write: false,
    metafile: true,
  });
  const imported = Object.values(metafile.inputs).flatMap(({ imports }) => imports);
  for (const { path, external, original } of imported) {
    assert.ok(!external && !BUILTINS.has(original ?? path) && !path.startsWith('node:'), path);
  }

  // What the web has and ECMAScript does not; anything of Node's would be a ReferenceError here.
  const globals: Record<string, unknown> = { TextEncoder, TextDecoder, atob, btoa };
  const answer: unknown = vm.runInNewContext(
    `${outputFiles[0]?.text}
    const signer = imagor.createSigner({ algorithm: 'sha256', secrets: ['secret'], truncate: 40 });
    const url = imagor.generate({ width: 300, image: 'dir/é?.jpg', base64Image: true }, signer.sign);
    const read = imagor.parse(url);
    JSON.stringify({
      url,
      verified: signer.verify(read.path, read.hash),
      image: read.image,
      json: imagor.paramsJson(imagor.parse('unsafe/5x/a%20b.jpg')),
      key: imagor.resultKey(read, 'suffix'),
      normalized: imagor.normalize('a b/é'),
    });`,
    globals,
  );

  const path = '300x0/b64:ZGlyL8OpPy5qcGc';
  const { sign } = createSigner({ algorithm: 'sha256', secrets: ['secret'], truncate: 40 });
  const { key, ...rest } = JSON.parse(String(answer)) as Record<string, unknown>;
  assert.deepEqual(rest, {
    url: `${sign(path)}/${path}`,
    verified: true,
    image: 'dir/é?.jpg',
    json: { path: '5x/a%20b.jpg', image: 'a b.jpg', unsafe: true, width: 5 },
    normalized: 'a+b/%C3%A9',
  });
  assert.match(String(key), /^dir\/é\?\.[0-9a-f]{20}\.jpg$/);
});
