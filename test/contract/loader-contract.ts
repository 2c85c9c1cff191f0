import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type Blob, readBlob } from '../../src/core/blob.ts';
import type { IoContext, Loader } from '../../src/core/ports.ts';
import { AppError } from '../../src/errors.ts';

/** A loader over something real, and a way to put pictures there behind its back. */
export interface LoaderFixture {
  readonly loader: Loader;
  /** Makes bytes loadable by a key. */
  seed(key: string, bytes: Uint8Array): Promise<void>;
  /** Whatever is begun is done before anybody could abort it: there is nothing to wait for. */
  readonly isInstant?: boolean;
  /** Closes what the fixture opened, the loader too. */
  close(): Promise<void>;
}

/** What seeded bytes that no key may reach are made of; fixtures keep some just outside of their loader's reach. */
export const SECRET: Buffer = Buffer.from('nobody may read this');

/** Names of pictures that people really have. */
const AWKWARD_KEYS = [
  'with space.jpg',
  'folder name/with spaces/in it.jpg',
  'ünïcode/名前/🖼.png',
  'plus+sign.jpg',
  'brackets[1](2){3}.jpg',
  "quotes'and,commas;.jpg",
  'at@sign=equals&and$.jpg',
  'UPPER.JPG',
  'no-extension',
  'many.dots.in.name.jpg',
];

/** Keys that try to leave the place, or to break the one who parses them. */
export const HOSTILE_KEYS: readonly string[] = [
  '../secret.txt',
  '../../secret.txt',
  'pictures/../../secret.txt',
  'a/b/../../../secret.txt',
  '/../secret.txt',
  '//secret.txt',
  './../secret.txt',
  '..\\secret.txt',
  'a\\..\\..\\secret.txt',
  '%2e%2e/secret.txt',
  '..%2fsecret.txt',
  '%252e%252e%252fsecret.txt',
  '..%c0%afsecret.txt',
  '.\u2028./secret.txt',
  '.\n./secret.txt',
  '../base-sibling/secret.txt',
  'link-out/secret.txt',
  'secret.txt\0.jpg',
  '\0',
  '.',
  '..',
  '/',
  '.hidden',
  'a/.hidden/b.jpg',
  'file:///etc/passwd',
  '/etc/passwd',
  'C:\\secret.txt',
  '//127.0.0.1/secret.txt',
  'a'.repeat(5_000),
  `${'a/'.repeat(3_000)}a`,
  '\ud800.jpg',
  '%',
  '%zz',
];

/** A request by nobody in particular. */
export function ioContext(signal: AbortSignal = new AbortController().signal): IoContext {
  return { signal, headers: new Headers() };
}

/** Reads what a loader must have. */
export async function load(loader: Loader, key: string, context: IoContext = ioContext()): Promise<Buffer> {
  const blob = await loader.get(key, context);
  assert.ok(blob, `nothing under ${JSON.stringify(key)}`);
  return Buffer.from(await readBlob(blob));
}

/**
 * Registers the tests that every loader passes.
 *
 * @param makeFixture called once for the suite.
 */
export function describeLoader(name: string, makeFixture: () => Promise<LoaderFixture>): void {
  describe(`${name} as a loader`, () => {
    let fixture: LoaderFixture;
    before(async () => {
      fixture = await makeFixture();
    });
    after(() => fixture.close());

    test('gives the bytes that are there', async () => {
      await fixture.seed('pictures/a.jpg', Buffer.from('one'));
      assert.equal((await load(fixture.loader, 'pictures/a.jpg')).toString(), 'one');
    });

    test('takes awkward names', async () => {
      for (const key of AWKWARD_KEYS) {
        await fixture.seed(key, Buffer.from(key));
        assert.equal((await load(fixture.loader, key)).toString(), key);
      }
    });

    test('says not-found for what is not there', async () => {
      for (const key of ['missing.jpg', 'missing/folder/x.jpg', 'pictures', 'pictures/']) {
        await assert.rejects(load(fixture.loader, key), { code: 'not-found' }, key);
      }
    });

    test('lets no hostile key out of its place', async () => {
      for (const key of HOSTILE_KEYS) {
        const answer = await outcome(fixture.loader.get(key, ioContext()));
        if (answer instanceof AppError) {
          assert.ok(answer.status >= 400 && answer.status < 500, `${shown(key)}: ${answer.message}`);
        } else {
          assert.equal(answer, undefined, `${shown(key)} was loaded`);
        }
      }
    });

    test('gives big bodies unchanged', async () => {
      const bytes = randomBytes(9_000_001);
      await fixture.seed('big.bin', bytes);
      assert.ok(bytes.equals(await load(fixture.loader, 'big.bin')));
    });

    test('gives an empty body for an empty object', async () => {
      await fixture.seed('empty.jpg', new Uint8Array(0));
      assert.equal((await load(fixture.loader, 'empty.jpg')).length, 0);
    });

    test('serves many at once, each its own', async () => {
      const keys = Array.from({ length: 50 }, (_, index) => `many/${index}.jpg`);
      for (const key of keys) await fixture.seed(key, Buffer.from(key.repeat(1_000)));
      const bodies = await Promise.all(keys.map((key) => load(fixture.loader, key)));
      assert.deepEqual(
        bodies.map(String),
        keys.map((key) => key.repeat(1_000)),
      );
    });

    test('serves one to many at once', async () => {
      const bytes = randomBytes(200_000);
      await fixture.seed('popular.jpg', bytes);
      const bodies = await Promise.all(Array.from({ length: 50 }, () => load(fixture.loader, 'popular.jpg')));
      assert.ok(bodies.every((body) => bytes.equals(body)));
    });

    test('throws the reason of a signal that is aborted already', async () => {
      await fixture.seed('pictures/a.jpg', Buffer.from('one'));
      const reason = new Error('enough');
      const context = ioContext(AbortSignal.abort(reason));
      await assert.rejects(fixture.loader.get('pictures/a.jpg', context), reason);
      if (fixture.loader.stat) await assert.rejects(fixture.loader.stat('pictures/a.jpg', context), reason);
    });

    test('stops reading when the signal is aborted on the way', async () => {
      await fixture.seed('long.bin', randomBytes(9_000_001));
      const controller = new AbortController();
      const reason = new Error('enough');
      const loading = load(fixture.loader, 'long.bin', ioContext(controller.signal));
      setImmediate(() => controller.abort(reason));
      if (fixture.isInstant) assert.equal((await loading).length, 9_000_001);
      else await assert.rejects(loading, reason);
    });

    test('goes on after bodies that nobody read, or not to their end', async () => {
      await fixture.seed('long.bin', randomBytes(1_000_000));
      for (let round = 0; round < 20; round++) {
        const blob = await fixture.loader.get('long.bin', ioContext());
        assert.ok(blob);
        if (blob.body instanceof Uint8Array) continue;
        const reader = blob.body.getReader();
        if (round % 2 === 1) await reader.read();
        await reader.cancel();
      }
      assert.equal((await load(fixture.loader, 'long.bin')).length, 1_000_000);
    });

    test('tells size and age without reading', async () => {
      await fixture.seed('pictures/stat.jpg', Buffer.from('12345'));
      const stat = await fixture.loader.stat?.('pictures/stat.jpg', ioContext());
      assert.equal(stat?.size, 5);
      assert.ok(stat.modifiedAt instanceof Date);
      const blob = (await fixture.loader.get('pictures/stat.jpg', ioContext())) as Blob;
      await readBlob(blob);
      assert.deepEqual({ ...blob.stat, etag: undefined }, { ...stat, etag: undefined });
      await assert.rejects(async () => fixture.loader.stat?.('missing.jpg', ioContext()), { code: 'not-found' });
    });
  });
}

/** What comes of an attempt: bytes, nothing, or the error that refused it. */
export async function outcome(attempt: Promise<Blob | undefined>): Promise<Uint8Array | AppError | undefined> {
  try {
    const blob = await attempt;
    return blob && (await readBlob(blob));
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** A key for people to read. */
export function shown(key: string): string {
  return JSON.stringify(key.length > 100 ? `${key.slice(0, 100)}…` : key);
}
