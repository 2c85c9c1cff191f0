import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPrivateAnswer } from './source-privacy.ts';

const FORWARDING = ['Authorization', 'Cookie', 'Accept-Language'];

/** [Cache-Control of the source, headers of the client, taken over?, private?] */
const CASES: [string, Record<string, string>, boolean, boolean][] = [
  ['', {}, true, false],
  ['max-age=5', {}, true, false],
  ['private', {}, true, true],
  ['private="set-cookie", max-age=5', {}, true, true],
  ['No-Store', {}, true, true],
  ['public, no-store', {}, true, true],
  ['x-private, privately', {}, true, false],
  ['private', {}, false, false],
  ['', { authorization: 'Bearer a' }, false, true],
  ['', { cookie: 'a=b' }, false, true],
  ['max-age=5, s-maxage=5', { cookie: 'a=b' }, true, true],
  ['public, max-age=5', { authorization: 'Bearer a' }, false, false],
  ['public, private', { authorization: 'Bearer a' }, false, true],
  ['', { 'accept-language': 'de' }, true, false],
];

for (const [cacheControl, client, obeysCacheControl, expected] of CASES) {
  const sent = Object.keys(client).join();
  const name = `"${cacheControl}"${sent && ` to a request with ${sent}`}, ${obeysCacheControl ? '' : 'not '}taken over`;
  test(`${name}: ${expected ? 'for one client' : 'for all'}`, () => {
    const answer = new Headers(cacheControl ? { 'cache-control': cacheControl } : {});
    const options = { forwardHeaders: FORWARDING, obeysCacheControl };
    assert.equal(isPrivateAnswer(answer, new Headers(client), options), expected);
  });
}

test('credentials that are not passed on decide nothing', () => {
  const client = new Headers({ authorization: 'Bearer a', cookie: 'a=b' });
  const answer = new Headers({ vary: 'Authorization, Cookie' });
  for (const forwardHeaders of [[], ['accept']]) {
    assert.equal(isPrivateAnswer(answer, client, { forwardHeaders, obeysCacheControl: false }), false);
  }
});

test('an answer that varies by credentials is for one client, whoever asked', () => {
  const varies = (vary: string, forwardHeaders: readonly string[]): boolean =>
    isPrivateAnswer(new Headers({ vary }), new Headers(), { forwardHeaders, obeysCacheControl: false });
  assert.equal(varies('Accept, COOKIE', FORWARDING), true);
  assert.equal(varies('*', FORWARDING), true);
  assert.equal(varies('Authorization', ['*']), true);
  assert.equal(varies('Accept-Language', FORWARDING), false);
  assert.equal(varies('Authorization', ['cookie']), false);
});
