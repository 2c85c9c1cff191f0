import assert from 'node:assert/strict';
import { it } from 'node:test';
import { renderFormats } from './formats.ts';

it('prints what is read and written, and where to get the rest', () => {
  const formats = [
    { name: 'JPEG', reads: true, writes: true },
    { name: 'PDF', reads: true, writes: undefined },
  ];
  const all = renderFormats({ version: '8.18.2', formats }, true);
  const table = 'format      reads   writes\nJPEG        yes     yes\nPDF         yes     -\n';
  assert.equal(all, `libvips 8.18.2, the one that npm installed\n\n${table}`);
  const some = renderFormats({ version: '8.14.1', formats: [{ name: 'JPEG XL', reads: false, writes: false }] }, false);
  assert.match(some, /^libvips 8\.14\.1, named by LIBVIPS_PATH\n/);
  assert.match(some, /\nJPEG XL {5}no {6}no\n\nWhat is missing .*LIBVIPS_PATH/);
});
