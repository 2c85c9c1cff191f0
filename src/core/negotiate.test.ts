import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type AutoFormats, negotiate } from './negotiate.ts';

const NONE: AutoFormats = { avif: false, webp: false, jpeg: false };
const ALL: AutoFormats = { avif: true, webp: true, jpeg: true };

const CHROME = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';
const SAFARI_13 = 'image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5';

/** The filters as they would stand in a URL. */
const chosen = (accept: string, auto: AutoFormats): string =>
  negotiate(accept, auto)
    .map(({ name, args }) => `${name}(${args})`)
    .join(':');

describe('negotiate', () => {
  const cases: [string, string, AutoFormats, string][] = [
    ['nothing where nothing is switched on', CHROME, NONE, ''],
    ['AVIF before all, with WebP for animations', CHROME, ALL, 'format(avif):fallback_format(webp)'],
    ['AVIF alone where WebP is off', CHROME, { ...NONE, avif: true }, 'format(avif)'],
    ['AVIF alone where the client takes no WebP', 'image/avif', ALL, 'format(avif)'],
    ['WebP where AVIF is off', CHROME, { ...ALL, avif: false }, 'format(webp)'],
    ['WebP where the client takes no AVIF', 'image/webp,*/*', ALL, 'format(webp)'],
    ['JPEG for those who take neither', SAFARI_13, ALL, 'format(jpeg)'],
    ['nothing for those when JPEG is off', SAFARI_13, { ...ALL, jpeg: false }, ''],
    ['JPEG for clients that do not say', '', ALL, 'format(jpeg)'],
    ['JPEG by name', 'image/jpeg', ALL, 'format(jpeg)'],
    ['JPEG by image/*', 'image/*', ALL, 'format(jpeg)'],
    ['JPEG by */*', '*/*', ALL, 'format(jpeg)'],
    ['no JPEG for those who want something else', 'text/html,image/png', ALL, ''],
  ];
  for (const [name, accept, auto, expected] of cases) {
    it(`chooses ${name}`, () => assert.equal(chosen(accept, auto), expected));
  }

  it('takes q=0 for a no', () => {
    assert.equal(chosen('image/avif;q=0,image/webp', ALL), 'format(webp)');
    assert.equal(chosen('image/avif;q=0.0,image/webp;q=0', ALL), '');
    assert.equal(chosen('image/jpeg;q=0,*/*', ALL), '');
    assert.equal(chosen('image/*;q=0,*/*', ALL), '');
    assert.equal(chosen('*/*;q=0', ALL), '');
  });

  it('takes any other weight for a yes: what is smaller goes first', () => {
    assert.equal(chosen('image/webp;q=1,image/avif;q=0.001', ALL), 'format(avif):fallback_format(webp)');
    assert.equal(chosen('image/jpeg;q=0.1,image/*;q=0', ALL), 'format(jpeg)');
  });

  it('takes no wildcard for AVIF or WebP, which every old client sends', () => {
    assert.equal(chosen('*/*', { ...ALL, jpeg: false }), '');
    assert.equal(chosen('image/*', { ...ALL, jpeg: false }), '');
  });

  it('reads names without regard to case, spaces and parameters', () => {
    assert.equal(chosen(' Image/WebP ; level=1 ; Q=0.5 , */*', ALL), 'format(webp)');
    assert.equal(chosen('IMAGE/WEBP;Q=0', { ...NONE, webp: true }), '');
  });

  it('does not find a type inside of another', () => {
    assert.equal(chosen('image/webp2,ximage/avif,image/avif-sequence', { ...ALL, jpeg: false }), '');
  });

  it('takes a weight that is none for a no, and survives anything', () => {
    assert.equal(chosen('image/webp;q=high', { ...NONE, webp: true }), '');
    for (const accept of [',', ';;', 'q=1', ';q=1,', '\0', 'image/avif;', 'image/avif;q']) {
      assert.doesNotThrow(() => negotiate(accept, ALL));
    }
  });
});
