import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Blob, readBlob, type Stat } from '../../src/core/blob.ts';
import type { Known, Storage, Unchanged } from '../../src/core/ports.ts';
import { ioContext } from './loader-contract.ts';

/** What the tests of conditional reads need of a storage's fixture. */
interface Fixture {
  readonly storage: Storage;
  /** Has dates alone to tell versions apart. */
  readonly hasNoEtags?: boolean;
}

/**
 * Registers the tests of `getIfChanged` that every storage passes.
 *
 * @param getFixture called by each test.
 */
export function describeConditionalReads(getFixture: () => Fixture): void {
  /** Puts a picture, and asks for it by what its stat makes known. */
  const ask = async (key: string, knownBy: (stat: KnownStat) => Known): Promise<Answer> => {
    const { storage } = getFixture();
    await storage.put(key, { body: Buffer.from(`picture of ${key}`), contentType: 'image/png' }, ioContext());
    const blob = await storage.get(key, ioContext());
    assert.ok(blob, key);
    await readBlob(blob);
    const { stat } = blob;
    assert.ok(stat?.modifiedAt, `${key} has no date`);
    const { etag = NO_ETAG, modifiedAt } = stat;
    return { stat, found: await storage.getIfChanged(key, knownBy({ etag, modifiedAt }), ioContext()) };
  };

  const isUnchanged = ({ found, stat }: Answer): void => {
    assert.ok(found && !found.body, 'the bytes came again');
    assert.equal(found.stat.etag, stat.etag);
    assert.equal(seconds(found.stat.modifiedAt), seconds(stat.modifiedAt));
  };

  const isWhole = async ({ found }: Answer, text: string): Promise<void> => {
    assert.ok(found?.body, 'the bytes were kept back');
    assert.equal(Buffer.from(await readBlob(found)).toString(), text);
    assert.ok(found.stat?.modifiedAt);
  };

  test('keeps back bytes whose etag is known, alone or in a list', async () => {
    const { hasNoEtags } = getFixture();
    const ways: readonly ((etag: string) => string)[] = [
      (etag) => etag,
      (etag) => `"0123", ${etag}`,
      (etag) => `${etag},"0123"`,
      (etag) => `"0123" , "4567",  ${etag}`,
    ];
    for (const [index, way] of ways.entries()) {
      const key = `conditional/by-etag-${index}.png`;
      const answer = await ask(key, ({ etag }) => ({ etag: way(etag), modifiedAt: new Date(0) }));
      if (hasNoEtags) {
        assert.equal(answer.stat.etag, undefined);
        await isWhole(answer, `picture of ${key}`);
      } else {
        assert.ok(answer.stat.etag, 'there is no etag');
        isUnchanged(answer);
      }
    }
  });

  test('gives bytes whose etag is another, whatever their date', async () => {
    const key = 'conditional/unknown ü.png';
    for (const other of ['"0123"', '"0123", "4567"', '"picture"', '""']) {
      await isWhole(await ask(key, ({ modifiedAt }) => ({ etag: other, modifiedAt })), `picture of ${key}`);
    }
  });

  test('keeps back bytes that are no newer than the date known', async () => {
    const key = 'conditional/by-date.png';
    isUnchanged(await ask(key, ({ modifiedAt }) => ({ modifiedAt })));
    isUnchanged(await ask(key, ({ modifiedAt }) => ({ modifiedAt: new Date(seconds(modifiedAt) * 1_000) })));
    isUnchanged(await ask(key, () => ({ modifiedAt: new Date() })));
    const aSecondBefore = ({ modifiedAt }: KnownStat): Known => ({ modifiedAt: new Date(+modifiedAt - 1_000) });
    await isWhole(await ask(key, aSecondBefore), `picture of ${key}`);
    await isWhole(await ask(key, () => ({})), `picture of ${key}`);
  });

  test('gives the bytes of a new version', async () => {
    const { storage } = getFixture();
    const key = 'conditional/versions.png';
    const { stat } = await ask(key, () => ({}));
    await storage.put(key, { body: Buffer.from('another picture') }, ioContext());
    const found = await storage.getIfChanged(key, { etag: stat.etag ?? NO_ETAG }, ioContext());
    await isWhole({ stat, found }, 'another picture');
  });

  test('says not-found for what is not there, and throws the reason of an aborted signal', async () => {
    const { storage } = getFixture();
    const known = [{ etag: '"0123"' }, { modifiedAt: new Date() }];
    for (const one of known) {
      await assert.rejects(storage.getIfChanged('conditional/missing.png', one, ioContext()), { code: 'not-found' });
      const reason = new Error('enough');
      const gone = ioContext(AbortSignal.abort(reason));
      await assert.rejects(storage.getIfChanged('conditional/by-date.png', one, gone), reason);
    }
  });
}

interface KnownStat {
  readonly etag: string;
  readonly modifiedAt: Date;
}

/** What a storage answers, and what it had told of the object before. */
interface Answer {
  readonly stat: Stat;
  readonly found: Blob | Unchanged | undefined;
}

/** Stands in where a store has none. */
const NO_ETAG = '"none"';

/** As in an HTTP date. */
function seconds(date: Date | undefined): number {
  return Math.trunc(Number(date) / 1_000);
}
