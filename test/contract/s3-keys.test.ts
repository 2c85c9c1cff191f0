import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../../src/errors.ts';
import { makeBucket, makeStorage, startOwnTarget, startTargets } from '../support/s3-server/s3-target.ts';
import { uriEncode } from '../support/s3-server/s3-wire.ts';
import { HOSTILE_KEYS, ioContext, load } from './loader-contract.ts';

/** What a key is called in the bucket, by base dir and prefix. */
const PLACES: readonly { key: string; baseDir?: string; pathPrefix?: string; name: string }[] = [
  { key: 'avatars/user-1.jpg', baseDir: 'source', pathPrefix: 'avatars', name: 'source/user-1.jpg' },
  { key: '/avatars//user-1.jpg', baseDir: '/source/', pathPrefix: '/avatars/', name: 'source/user-1.jpg' },
  { key: 'avatars/./x/../user-1.jpg', baseDir: 'a/b', pathPrefix: 'avatars', name: 'a/b/user-1.jpg' },
  { key: 'a\r\n/b\n.jpg', name: 'a/b.jpg' },
  { key: '/a/b.jpg/', name: 'a/b.jpg' },
  { key: 'deep/er/a.jpg', pathPrefix: 'deep/er', name: 'a.jpg' },
];

/** What characters become, by S3_SAFE_CHARS. */
const NAMES: readonly { key: string; safeChars?: string; name: string }[] = [
  {
    key: 'fit-in/1800x1800/filters:format(jpeg):quality(90)/test.jpg',
    name: 'fit-in/1800x1800/filters%3Aformat(jpeg)%3Aquality(90)/test.jpg',
  },
  { key: 'AZaz09/-_.~!"()*.jpg', name: 'AZaz09/-_.~!"()*.jpg' },
  { key: 'a b+c.jpg', name: 'a+b%2Bc.jpg' },
  { key: "[x]{y}#?&='@$,;%20.jpg", name: '%5Bx%5D%7By%7D%23%3F%26%3D%27%40%24%2C%3B%2520.jpg' },
  { key: 'ü名🖼.png', name: '%C3%BC%E5%90%8D%F0%9F%96%BC.png' },
  { key: 'images/aa[1].gif', safeChars: '[]', name: 'images/aa[1].gif' },
  { key: 'a b [1]{2}.gif', safeChars: ' []', name: 'a b [1]%7B2%7D.gif' },
  { key: 'a b+[1]{2}#?%20ü.gif', safeChars: '--', name: 'a b+[1]{2}#?%20ü.gif' },
];

/** Names of objects that others have made, and characters that reach them. */
const LITERAL_NAMES: readonly { name: string; safeChars: readonly string[] }[] = [
  { name: 'with space.jpg', safeChars: [' ', '--'] },
  { name: 'plus+sign.jpg', safeChars: ['+', '--'] },
  { name: 'images/aa[1].gif', safeChars: ['[]', '--'] },
  { name: 'a{b}.jpg', safeChars: ['{}', '--'] },
  { name: 'hash#tag.jpg', safeChars: ['#', '--'] },
  { name: 'question?mark=1&b.jpg', safeChars: ['?=&', '--'] },
  { name: 'literal%20escape.jpg', safeChars: ['%', '--'] },
  { name: 'a+b%2Bc.jpg', safeChars: ['+%', '--'] },
  { name: 'ünïcode/名前/🖼.png', safeChars: ['--'] },
  { name: "quote'semi;colon:comma,at@$.jpg", safeChars: ["';:,@$", '--'] },
  { name: 'back\\slash|pipe^caret`tick<>.jpg', safeChars: ['\\|^`<>', '--'] },
  { name: 'double//slash///end.jpg', safeChars: ['//', '--//'] },
];

for (const target of await startTargets({ after })) {
  describe(`${target.name}: keys`, () => {
    test('S10 prefix, base dir and cleaning make the name', async () => {
      const bucket = await makeBucket(target);
      for (const { key, name, ...place } of PLACES) {
        const storage = await makeStorage(target, { bucket: bucket.name, ...place });
        await storage.put(key, { body: Buffer.from(key) }, ioContext());
        assert.deepEqual(await bucket.keys(), [name]);
        assert.equal(String(await load(storage, key)), key);
        await storage.delete(key, ioContext());
      }
    });

    test('S10 what is outside of the prefix is not served, and a prefix is whole segments', async () => {
      const bucket = await makeBucket(target);
      for (const name of ['x.jpg', '2/x.jpg', 'avatars2/x.jpg', 'avatars']) await bucket.put(name, 'x');
      const storage = await makeStorage(target, { bucket: bucket.name, pathPrefix: 'avatars' });
      for (const key of ['avatars2/x.jpg', 'other/x.jpg', 'x.jpg', 'avatars', 'avatars/../x.jpg']) {
        assert.equal(await storage.get(key, ioContext()), undefined, key);
        assert.equal(await storage.stat(key, ioContext()), undefined, key);
        await storage.put(key, { body: Buffer.from('y') }, ioContext());
        await storage.delete(key, ioContext());
      }
      assert.deepEqual(await bucket.keys(), ['2/x.jpg', 'avatars', 'avatars2/x.jpg', 'x.jpg']);
    });

    test('S11 characters are kept or escaped as imagor does, with S3_SAFE_CHARS', async () => {
      const bucket = await makeBucket(target);
      for (const { key, name, safeChars = '' } of NAMES) {
        const storage = await makeStorage(target, { bucket: bucket.name, safeChars });
        await storage.put(key, { body: Buffer.from(key) }, ioContext());
        assert.deepEqual(await bucket.keys(), [name]);
        assert.equal(String(await load(storage, key)), key);
        await storage.delete(key, ioContext());
      }
    });

    test('S12 keys with spaces, +, [ ], { }, #, ?, %20, unicode, // are all reachable, and escaped once', async () => {
      const bucket = await makeBucket(target);
      for (const { name } of LITERAL_NAMES) await bucket.put(name, name);
      for (const { name, safeChars } of LITERAL_NAMES) {
        for (const chars of safeChars) {
          const storage = await makeStorage(target, { bucket: bucket.name, safeChars: chars });
          assert.equal(String(await load(storage, name)), name, `by ${chars}`);
          const wire = target.server?.requests.at(-1)?.target ?? '';
          const escaped = `/${name.split('/').map(uriEncode).join('/')}`;
          if (target.server) assert.equal(wire, target.forcePathStyle ? `/${bucket.name}${escaped}` : escaped);
          assert.equal((await storage.stat(name, ioContext()))?.size, Buffer.byteLength(name));
          await storage.put(name, { body: Buffer.from(name) }, ioContext());
        }
      }
      assert.deepEqual(await bucket.keys(), LITERAL_NAMES.map(({ name }) => name).sort());
    });

    test('S13 hostile keys reach nothing outside of base dir and prefix', async () => {
      const bucket = await makeBucket(target);
      const outside = ['secret.txt', 'base-sibling/secret.txt', 'base', 'p/secret.txt', '..', '../secret.txt'];
      for (const name of outside) await bucket.put(name, 'secret');
      for (const options of [{ safeChars: '' }, { safeChars: '--//', pathPrefix: 'p' }]) {
        const storage = await makeStorage(target, { bucket: bucket.name, baseDir: 'base', ...options });
        for (const key of HOSTILE_KEYS) {
          for (const path of [key, `p/${key}`]) {
            await refusedOrAbsent(async () => assert.equal(await storage.get(path, ioContext()), undefined));
            await refusedOrAbsent(() => storage.put(path, { body: Buffer.from('x') }, ioContext()));
            await refusedOrAbsent(() => storage.delete(path, ioContext()));
          }
        }
      }
      const names = (await bucket.keys()).filter((name) => !name.startsWith('base/'));
      assert.deepEqual(names, outside.sort());
      for (const name of outside) assert.equal(String(await bucket.get(name)), 'secret');
    });
  });
}

describe('S3: keys that nobody has thought of', () => {
  test('S13 none asks the server for anything outside of base dir', async (t) => {
    const target = await startOwnTarget(t);
    const bucket = await makeBucket(target);
    const storages = await Promise.all(
      ['', '--', '--//', './\\%'].map((safeChars) =>
        makeStorage(target, { bucket: bucket.name, baseDir: 'base', safeChars }),
      ),
    );
    const piece = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '/',
        '//',
        '\\',
        '%2e',
        '%2E%2e',
        '%2f',
        '%5c',
        '%00',
        '\0',
        '\n',
        '\r',
        'a',
        '+',
        ' ',
      ),
      fc.constantFrom('%252e', '\u2028', '\ud800', '．', '..;', '?x=', '#', 'http://', '@', ':', '%c0%ae'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    const key = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    const inside = new RegExp(`^/${bucket.name}/base/[^?#]*$`);
    const { requests } = target.server;
    await fc.assert(
      fc.asyncProperty(key, fc.constantFrom(...storages), async (path, storage) => {
        requests.length = 0;
        await refusedOrAbsent(async () => assert.equal(await storage.get(path, ioContext()), undefined));
        for (const { target: wire } of requests) {
          assert.match(wire, inside);
          const decoded = decodeURIComponent(wire).toLowerCase();
          for (const text of [decoded, decoded.replaceAll('%2e', '.').replaceAll('%2f', '/').replaceAll('%5c', '\\')]) {
            assert.doesNotMatch(text, /(^|[/\\])\.{1,2}([/\\]|$)/);
            assert.doesNotMatch(text, /\0/);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** Lets refusals and absence pass, and nothing else. */
async function refusedOrAbsent(attempt: () => Promise<void>): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    assert.ok(error.status >= 400 && error.status < 500, error.message);
  }
}
