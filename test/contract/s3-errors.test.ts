import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { AppError, type ErrorCode } from '../../src/errors.ts';
import { createApp, everything, textOf } from '../support/hand-made-app.ts';
import type { Bucket } from '../support/s3-server/s3-bucket.ts';
import type { S3Fault } from '../support/s3-server/s3-fault.ts';
import {
  clientOptions,
  makeBucket,
  makeSeparateStorage,
  makeStorage,
  type OwnTarget,
  startOwnTarget,
  startTargets,
} from '../support/s3-server/s3-target.ts';
import { ioContext, load } from './loader-contract.ts';

/** What a client must never be told. */
const PRIVATE = /arn:|test-|localhost|127\.0\.0\.1|KEY|policy|s3:|account|secret/i;

/** Checks an error, and that what it says to clients holds nothing private. */
function saying(code: ErrorCode, status: number, detail: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof AppError, String(error));
    assert.deepEqual([error.code, error.status], [code, status], error.message);
    assert.match(error.detail ?? '', detail);
    assert.doesNotMatch(error.publicMessage, PRIVATE);
    return true;
  };
}

for (const target of await startTargets({ after })) {
  describe(`${target.name}: errors`, () => {
    test('S25 no such object, no such bucket: not found, and the next loader is asked', async () => {
      const bucket = await makeBucket(target);
      const storage = await makeStorage(target, { bucket: bucket.name });
      const nowhere = await makeStorage(target, { bucket: `test-${randomUUID()}` });
      const expected = saying('not-found', 404, /^s3:\/\/test-.*\/a\.gif: NoSuch(Key|Bucket) \(404\)/);
      for (const one of [storage, nowhere]) {
        await assert.rejects(load(one, 'a.gif'), expected);
        await assert.rejects(async () => one.stat('a.gif', ioContext()), { code: 'not-found' });
        await one.delete('a.gif', ioContext());
      }
      const app = createApp({ loaders: [nowhere, storage, everything()] });
      assert.equal(textOf(await app.answerPath('unsafe/9x9/a.gif', ioContext())), '9x9/a.gif');
      await app.close();
    });

    test('S25 access denied: 403, or 404 where that is asked for', async () => {
      const bucket = await makeBucket(target, target.bob);
      await bucket.put('a.jpg', 'of bob');
      const storage = await makeStorage(target, { bucket: bucket.name });
      const denied = saying('source-not-allowed', 403, /AccessDenied \(403\)/);
      await assert.rejects(load(storage, 'a.jpg'), denied);
      await assert.rejects(load(storage, 'missing.jpg'), denied);
      await assert.rejects(storage.stat('a.jpg', ioContext()), saying('source-not-allowed', 403, /\(403\)/));
      const lenient = await makeStorage(target, { bucket: bucket.name, forbiddenAsNotFound: true });
      await assert.rejects(load(lenient, 'a.jpg'), saying('not-found', 404, /AccessDenied \(403\)/));
      await assert.rejects(lenient.stat('a.jpg', ioContext()), saying('not-found', 404, /\(403\)/));
      // what could not be written was not written
      await assert.rejects(lenient.put('b.jpg', { body: Buffer.from('b') }, ioContext()), { status: 403 });
    });

    test('S25 credentials that are wrong are the operator’s fault, not an object’s', async (t) => {
      const bucket = await makeBucket(target);
      await bucket.put('a.jpg', 'a');
      const wrong: readonly [object, RegExp][] = [
        [{ secretAccessKey: 'guess' }, /SignatureDoesNotMatch/],
        [{ accessKeyId: 'NOBODYSKEY' }, /InvalidAccessKeyId(?!.*NOBODYSKEY)/], // which the server repeats
      ];
      for (const [keys, detail] of wrong) {
        for (const forbiddenAsNotFound of [false, true]) {
          const options = { bucket: bucket.name, forbiddenAsNotFound };
          const storage = await makeSeparateStorage(t, target, options, keys);
          await assert.rejects(load(storage, 'a.jpg'), saying('source-failed', 502, detail));
        }
      }
    });
  });
}

describe('S3: faults', () => {
  /** A server with one picture, and a storage over it. */
  async function start(t: Parameters<typeof startOwnTarget>[0]) {
    const target: OwnTarget = await startOwnTarget(t);
    const bucket = await makeBucket(target);
    await bucket.put('a.jpg', Buffer.alloc(100_000, 'a'));
    const rules = target.server.buckets.get(bucket.name) as Bucket;
    return {
      target,
      server: target.server,
      bucket,
      rules,
      storage: await makeStorage(target, { bucket: bucket.name }),
    };
  }

  test('S25 a key that may not be listed is forbidden, or not found where that is asked for', async (t) => {
    const { target, bucket, rules, storage } = await start(t);
    rules.isListable = false;
    await assert.rejects(load(storage, 'missing.jpg'), saying('source-not-allowed', 403, /AccessDenied.*ListBucket/));
    const lenient = await makeStorage(target, { bucket: bucket.name, forbiddenAsNotFound: true });
    await assert.rejects(load(lenient, 'missing.jpg'), saying('not-found', 404, /AccessDenied/));
    await assert.rejects(lenient.stat('missing.jpg', ioContext()), { code: 'not-found' });
    assert.equal((await load(lenient, 'a.jpg')).length, 100_000);
    const app = createApp({ loaders: [lenient, everything()] });
    assert.equal(textOf(await app.answerPath('unsafe/9x9/a.gif', ioContext())), '9x9/a.gif');
    await app.close();
  });

  for (const status of [301, 307, 400] as const) {
    test(`S25 a wrong region is followed once and remembered: ${status}`, async (t) => {
      const { server, rules, storage } = await start(t);
      rules.region = 'eu-west-1';
      rules.wrongRegionStatus = status;
      server.requests.length = 0;
      assert.equal((await load(storage, 'a.jpg')).length, 100_000);
      await storage.put('b.jpg', { body: Buffer.from('b') }, ioContext());
      assert.equal((await storage.stat('b.jpg', ioContext()))?.size, 1);
      assert.deepEqual(
        server.requests.map((request) => request.status),
        [status, 200, 200, 200],
      );
    });

    test(`S25 a wrong region is found out by HEAD and by PUT: ${status}`, async (t) => {
      const { server, rules, storage } = await start(t);
      rules.wrongRegionStatus = status;
      rules.region = 'eu-west-1';
      assert.equal((await storage.stat('a.jpg', ioContext()))?.size, 100_000);
      rules.region = 'us-west-2';
      await storage.put('b.jpg', { body: Buffer.from('b') }, ioContext());
      assert.equal(server.requests.at(-1)?.status, 200);
    });
  }

  const PASSING: readonly S3Fault[] = ['SlowDown', 'InternalError', 'reset'];
  for (const fault of PASSING) {
    test(`S25 asks again after ${fault}`, async (t) => {
      const { server, storage } = await start(t);
      server.requests.length = 0;
      server.faults.push(fault, fault, fault);
      assert.equal((await load(storage, 'a.jpg')).length, 100_000);
      server.faults.push(fault);
      await storage.stat('a.jpg', ioContext());
      server.faults.push(fault);
      await storage.put('b.jpg', { body: Buffer.from('b') }, ioContext());
      server.faults.push(fault);
      await storage.delete('b.jpg', ioContext());
      assert.equal(server.requests.length, 10);
    });
  }

  test('S25 overload that lasts is unavailable, and a server without any answer has failed', async (t) => {
    const { server, storage } = await start(t);
    server.requests.length = 0;
    const lasting = (fault: S3Fault): number => server.faults.push(fault, fault, fault, fault);
    lasting('SlowDown');
    await assert.rejects(load(storage, 'a.jpg'), saying('unavailable', 503, /SlowDown \(503\)/));
    lasting('InternalError');
    await assert.rejects(load(storage, 'a.jpg'), saying('unavailable', 503, /InternalError \(500\)/));
    lasting('InternalError');
    await assert.rejects(storage.stat('a.jpg', ioContext()), saying('unavailable', 503, /\(500\)/));
    lasting('reset');
    await assert.rejects(load(storage, 'a.jpg'), saying('source-failed', 502, /s3:\/\/.*a\.jpg/));
    assert.equal(server.requests.length, 16);
  });

  test('S25 no network: 502', async (t) => {
    const { target, bucket } = await start(t);
    // a port on which nobody listens any more
    const gone: (() => Promise<unknown>)[] = [];
    const { endpoint } = await startOwnTarget({ after: (close) => void gone.push(close) });
    for (const close of gone) await close();
    const storage = await makeSeparateStorage(
      t,
      target,
      { bucket: bucket.name },
      { ...clientOptions(target), endpoint },
    );
    await assert.rejects(load(storage, 'a.jpg'), saying('source-failed', 502, /ECONNREFUSED/));
  });

  for (const fault of ['cut-short', 'reset-half-way'] as const) {
    test(`S25 a body that ends too soon is a failure, never a picture: ${fault}`, async (t) => {
      const { server, bucket, storage } = await start(t);
      server.faults.push(fault);
      await assert.rejects(load(storage, 'a.jpg'), saying('source-failed', 502, /s3:\/\/.*a\.jpg/));
      assert.equal((await load(storage, 'a.jpg')).length, 100_000);
      // one that is too large to be taken at once
      await bucket.put('big.jpg', Buffer.alloc(17_000_000));
      server.faults.push(fault);
      await assert.rejects(load(storage, 'big.jpg'), saying('source-failed', 502, /s3:\/\/.*big\.jpg/));
    });
  }

  test('a body that comes bit by bit is whole', async (t) => {
    const { server, storage } = await start(t);
    server.faults.push('slow-body');
    assert.ok((await load(storage, 'a.jpg')).equals(Buffer.alloc(100_000, 'a')));
  });

  for (const hours of [-5, 5]) {
    test(`a clock that is ${hours} hours off is set by the server’s`, async (t) => {
      const { server, storage } = await start(t);
      server.clockOffsetMs = hours * 3_600_000;
      server.requests.length = 0;
      assert.equal((await load(storage, 'a.jpg')).length, 100_000);
      await storage.stat('a.jpg', ioContext());
      assert.equal(server.requests.length, 3);
    });
  }

  test('a token that has expired is the operator’s fault', async (t) => {
    const { target, server, bucket } = await start(t);
    const keys = { ...target.alice, accessKeyId: 'EXPIRED', sessionToken: 'token', expiresAt: new Date(0) };
    server.keys.push(keys);
    const storage = await makeSeparateStorage(t, target, { bucket: bucket.name }, clientOptions(target, keys));
    await assert.rejects(load(storage, 'a.jpg'), saying('source-failed', 502, /ExpiredToken/));
  });
});
