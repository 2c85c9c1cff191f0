import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contextOf, createApp, echo, everything, failsWith, gif } from '../../test/support/hand-made-app.ts';
import { mapStorage } from '../../test/support/memory-store.ts';
import { AppError } from '../errors.ts';
import { failureOf, type Observer } from './observer.ts';

/** Writes down every step that has ended. */
function note(): Observer & { readonly steps: string[] } {
  const steps: string[] = [];
  return {
    requestId: 'r1',
    steps,
    begin(step) {
      const about = 'role' in step ? ` ${step.role} ${step.adapter} ${step.key}` : '';
      return (outcome, bytes) => void steps.push(`${step.name}${about}: ${outcome} ${bytes ?? '-'}`);
    },
  };
}

describe('App: what observers are told', () => {
  it('tells of every storage and loader that was asked, of the work, and of the saves', async () => {
    const app = createApp({ storages: [mapStorage()], resultStorages: [mapStorage({ name: 'results' })] });
    const first = note();
    await app.answerPath('unsafe/9x9/a.jpg', { ...contextOf(), observer: first });
    await app.close();
    const size = gif('a.jpg').length;
    assert.deepEqual(first.steps, [
      'lookup result-storage results 9x9/a.jpg: absent -',
      'load storage map a.jpg: absent -',
      `load loader everything a.jpg: done ${size}`,
      'process: done 9',
      `save storage map a.jpg: done ${size}`,
      'save result-storage results 9x9/a.jpg: done 9',
    ]);
    const again = note();
    await app.answerPath('unsafe/9x9/a.jpg', { ...contextOf(), observer: again });
    assert.deepEqual(again.steps, ['lookup result-storage results 9x9/a.jpg: done 9']);
  });

  it('tells of a wait for the work of another request, and not of that work', async () => {
    const app = createApp();
    const [first, second] = [note(), note()];
    await Promise.all(
      [first, second].map((observer) => app.answerPath('unsafe/9x9/a.jpg', { ...contextOf(), observer })),
    );
    assert.deepEqual(second.steps, ['join: done -']);
    assert.equal(first.steps.length, 2);
  });

  it('tells what failed, and whose save it was', async () => {
    const failure = new AppError('unavailable');
    const broken = mapStorage({ name: 'broken', put: () => Promise.reject(failure) });
    const told: unknown[] = [];
    const app = createApp({ resultStorages: [broken], onSaveFailure: (it) => void told.push(it) });
    const observer = note();
    await app.answerPath('unsafe/9x9/a.jpg', { ...contextOf(), observer });
    await app.close();
    assert.equal(observer.steps.at(-1), 'save result-storage broken 9x9/a.jpg: unavailable -');
    assert.deepEqual(told, [
      { role: 'result-storage', storage: 'broken', key: '9x9/a.jpg', error: failure, requestId: 'r1' },
    ]);
  });

  it('tells of a picture that could not be made', async () => {
    const failing = { ...echo(), process: () => Promise.reject(new AppError('unsupported-format')) };
    const observer = note();
    const answer = createApp({ loaders: [everything()], processor: failing }).answerPath('unsafe/a.jpg', {
      ...contextOf(),
      observer,
    });
    await assert.rejects(answer, failsWith('unsupported-format'));
    assert.equal(observer.steps.at(-1), 'process: unsupported-format -');
  });

  it('makes a result again that breaks off while it is read', async () => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error('reset'));
      },
    });
    const told: string[] = [];
    const app = createApp({
      resultStorages: [mapStorage({ name: 'broken', get: async () => ({ body }) })],
      onLookupFailure: ({ storage, requestId }) => void told.push(`${storage} ${requestId}`),
    });
    const observer = note();
    const answer = await app.answerPath('unsafe/9x9/a.jpg', { ...contextOf(), observer });
    assert.equal(Buffer.from(answer.bytes).toString(), '9x9/a.jpg');
    assert.deepEqual(told, ['broken r1']);
    assert.equal(observer.steps[0], 'lookup result-storage broken 9x9/a.jpg: internal -');
  });
});

describe('failureOf', () => {
  it('tells a client that left from a failure', () => {
    const reason = new Error('connection closed');
    assert.equal(failureOf(reason, AbortSignal.abort(reason)), 'client-gone');
    assert.equal(failureOf(new AppError('timeout'), AbortSignal.abort()), 'timeout');
    assert.equal(failureOf(reason, new AbortController().signal), 'internal');
  });
});
