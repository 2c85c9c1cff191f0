import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from '../endpoint/parse.ts';
import { contentDisposition } from './content-disposition.ts';

/** The header for a URL with these filters. */
function of(filters: string, image = 'pictures/demo.jpg', contentType = 'image/jpeg'): string {
  return contentDisposition(parse(`unsafe/filters:${filters}/x`).filters, image, contentType);
}

describe('contentDisposition', () => {
  it('shows pictures where nothing else is asked for', () => {
    assert.equal(of('blur(1)'), 'inline');
    assert.equal(contentDisposition([], 'a.jpg', 'image/jpeg'), 'inline');
  });

  it('names a download after the source', () => {
    assert.equal(of('attachment()'), 'attachment; filename="demo.jpg"');
    assert.equal(of('attachment()', 'demo.jpg'), 'attachment; filename="demo.jpg"');
    assert.equal(of('attachment()', 'https://example.com/a/b.jpg'), 'attachment; filename="b.jpg"');
  });

  it('names a download as the URL says, with the ending of what is sent', () => {
    assert.equal(of('attachment(foo.jpg)'), 'attachment; filename="foo.jpg"');
    assert.equal(of('attachment(foo.png)'), 'attachment; filename="foo.png.jpg"');
    assert.equal(of('attachment(foo.jpeg)'), 'attachment; filename="foo.jpeg"');
    assert.equal(of('attachment(foo)', 'a.jpg', 'image/webp'), 'attachment; filename="foo.webp"');
    assert.equal(of('attachment()', 'a.jpg', 'image/avif'), 'attachment; filename="a.jpg.avif"');
    assert.equal(of('attachment(foo.bin)', 'a', 'application/x-unheard-of'), 'attachment; filename="foo.bin"');
  });

  it('takes the first of several', () => {
    assert.equal(of('attachment(one.jpg):attachment(two.jpg)'), 'attachment; filename="one.jpg"');
  });

  it('lets no name end the quotes, escape them or break the line', () => {
    assert.equal(of('attachment(a"b.jpg)'), 'attachment; filename="a%22b.jpg"');
    assert.equal(of('attachment()', 'a\\b".jpg'), 'attachment; filename="a_b%22.jpg"');
    assert.equal(of('attachment()', 'a\r\nb: x\t\0\x7f\x9b.jpg'), 'attachment; filename="a__b: x____.jpg"');
  });

  it('lets no name lead anywhere', () => {
    assert.equal(of('attachment(a/b.jpg)'), 'attachment; filename="a_b.jpg"');
    assert.equal(of('attachment(../b\\c.jpg)'), 'attachment; filename=".._b_c.jpg"');
    assert.equal(
      of('attachment(..%2Fb%5Cc%0A.jpg)'),
      'attachment; filename="..%2Fb%5Cc%0A.jpg"; filename*=UTF-8\'\'.._b_c_.jpg',
    );
  });

  it('undoes the escapes that a URL needs', () => {
    assert.equal(
      of('attachment(%E6%97%A5%20a.jpg)'),
      'attachment; filename="%E6%97%A5%20a.jpg"; filename*=UTF-8\'\'%E6%97%A5%20a.jpg',
    );
    assert.equal(of('attachment(100%.jpg)'), 'attachment; filename="100%.jpg"');
    assert.equal(of('attachment()', '100%25.jpg'), 'attachment; filename="100%25.jpg"');
  });

  it('writes names beyond ASCII both ways (RFC 6266 §4.3)', () => {
    assert.equal(
      of('attachment()', '\u20ac rates.jpg'),
      'attachment; filename="_ rates.jpg"; filename*=UTF-8\'\'%E2%82%AC%20rates.jpg',
    );
    assert.equal(
      of('attachment()', "日本(1)*'!.jpg"),
      "attachment; filename=\"__(1)*'!.jpg\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC%281%29%2A%27!.jpg",
    );
    assert.equal(new Headers({ x: of('attachment()', '🖼.jpg') }).get('x')?.endsWith("UTF-8''%F0%9F%96%BC.jpg"), true);
  });
});
