import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeImage } from './decode-image.ts';

for (const [written, image, base64Image] of [
  ['dir/photo.jpg', 'dir/photo.jpg', false],
  ['https:%2F%2Fexample.com%2Fa.jpg%3Fv=2', 'https://example.com/a.jpg?v=2', false],
  ['two+words%20more.jpg', 'two words more.jpg', false],
  ['100%.jpg', '100%.jpg', false],
  ['b64:ZGlyL2EgKDEpLmpwZw', 'dir/a (1).jpg', true],
  ['b64%3AZGlyL2EuanBn', 'dir/a.jpg', true],
  ['b64:photo.jpg', 'b64:photo.jpg', false],
  ['b64:Zg==', 'b64:Zg==', false],
  ['b64:', '', true],
  ['B64:Zm9v', 'B64:Zm9v', false],
  ['dir/b64:Zm9v', 'dir/b64:Zm9v', false],
  ['b64:JTIw', '%20', true],
] as const) {
  test(`${written} is ${image}`, () => assert.deepEqual(decodeImage(written), { image, base64Image }));
}
