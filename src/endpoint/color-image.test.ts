import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isColorImage } from './color-image.ts';

test('knows a colour by its prefix', () => {
  for (const image of ['color:red', 'COLOR:ff0000', 'Color:', 'color:no such colour'])
    assert.ok(isColorImage(image), image);
  for (const image of ['', 'color', 'colour:red', ' color:red', 'a/color:red']) assert.ok(!isColorImage(image), image);
});
