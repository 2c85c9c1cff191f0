import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SingleFlight } from './single-flight.ts';

/** Work that ends when the test says so. */
function controlledWork() {
  const signals: AbortSignal[] = [];
  const { promise, resolve, reject } = deferred<string>();
  const work = (signal: AbortSignal): Promise<string> => {
    signals.push(signal);
    return promise;
  };
  return { work, signals, resolve, reject };
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

const STAYS = { signal: new AbortController().signal, timeoutMs: 0 };
const notCalled = (): Promise<string> => Promise.reject(new Error('this work must not be started'));

describe('SingleFlight', () => {
  it('does the work once for all who want the same at the same time', async () => {
    const flights = new SingleFlight<string>();
    const { work, resolve } = controlledWork();
    const callers = [
      flights.run('a', STAYS, work),
      flights.run('a', STAYS, notCalled),
      flights.run('a', STAYS, notCalled),
    ];
    assert.equal(flights.size, 1);
    resolve('done');
    assert.deepEqual(await Promise.all(callers), ['done', 'done', 'done']);
    assert.equal(flights.size, 0);
  });

  it('keeps work for different keys apart', async () => {
    const flights = new SingleFlight<string>();
    const results = ['a', 'b'].map((key) => flights.run(key, STAYS, async () => key));
    assert.deepEqual(await Promise.all(results), ['a', 'b']);
  });

  it('keeps no result: who comes later starts anew', async () => {
    const flights = new SingleFlight<string>();
    assert.equal(await flights.run('a', STAYS, async () => 'first'), 'first');
    assert.equal(await flights.run('a', STAYS, async () => 'second'), 'second');
  });

  it('goes on when the caller that started the work leaves', async () => {
    const flights = new SingleFlight<string>();
    const { work, signals, resolve } = controlledWork();
    const first = new AbortController();
    const leaving = flights.run('a', { ...STAYS, signal: first.signal }, work);
    const staying = flights.run('a', STAYS, notCalled);
    first.abort(new Error('gone'));
    await assert.rejects(leaving, /gone/);
    assert.equal(signals[0]?.aborted, false);
    resolve('done');
    assert.equal(await staying, 'done');
  });

  it('aborts the work when the last caller leaves', async () => {
    const flights = new SingleFlight<string>();
    const { work, signals } = controlledWork();
    const clients = [new AbortController(), new AbortController()];
    const callers = clients.map(({ signal }) => flights.run('a', { ...STAYS, signal }, work));
    clients[0]?.abort(new Error('first gone'));
    assert.equal(signals[0]?.aborted, false);
    clients[1]?.abort(new Error('last gone'));
    assert.equal(signals[0]?.aborted, true);
    assert.equal(flights.size, 0);
    assert.deepEqual(
      (await Promise.allSettled(callers)).map((result) => result.status === 'rejected' && result.reason.message),
      ['first gone', 'last gone'],
    );
  });

  it('starts anew for a caller that comes after the work was abandoned', async () => {
    const flights = new SingleFlight<string>();
    const abandoned = controlledWork();
    const client = new AbortController();
    const leaving = flights.run('a', { ...STAYS, signal: client.signal }, abandoned.work);
    client.abort(new Error('gone'));
    const fresh = controlledWork();
    const staying = flights.run('a', STAYS, fresh.work);
    await assert.rejects(leaving, /gone/);
    // the end of the abandoned work must not take its successor off the list
    abandoned.reject(new Error('abandoned'));
    await new Promise(setImmediate);
    const joining = flights.run('a', STAYS, notCalled);
    fresh.resolve('fresh');
    assert.deepEqual(await Promise.all([staying, joining]), ['fresh', 'fresh']);
  });

  it('tells everybody of a failure and does not keep it', async () => {
    const flights = new SingleFlight<string>();
    const { work, reject } = controlledWork();
    const callers = [flights.run('a', STAYS, work), flights.run('a', STAYS, notCalled)];
    reject(new Error('broken'));
    for (const caller of callers) await assert.rejects(caller, /broken/);
    assert.equal(await flights.run('a', STAYS, async () => 'works again'), 'works again');
  });

  it('stops what failed work has left running', async () => {
    const flights = new SingleFlight<string>();
    const { work, signals, reject } = controlledWork();
    const caller = flights.run('a', STAYS, work);
    reject(new Error('broken'));
    await assert.rejects(caller, /broken/);
    assert.equal(signals[0]?.aborted, true);
  });

  it('does not start work for a caller that has already left', async () => {
    const flights = new SingleFlight<string>();
    const gone = { ...STAYS, signal: AbortSignal.abort(new Error('gone')) };
    await assert.rejects(flights.run('a', gone, notCalled), /gone/);
    assert.equal(flights.size, 0);
  });

  it('lets a caller leave while its work is being started', async () => {
    const flights = new SingleFlight<string>();
    const client = new AbortController();
    const { work, signals } = controlledWork();
    const leaving = flights.run('a', { ...STAYS, signal: client.signal }, (signal) => {
      client.abort(new Error('gone'));
      return work(signal);
    });
    await assert.rejects(leaving, /gone/);
    assert.equal(signals[0]?.aborted, true);
    assert.equal(flights.size, 0);
  });

  it('rejects, and keeps nothing, when the work cannot even be started', async () => {
    const flights = new SingleFlight<string>();
    const failing = flights.run('a', STAYS, () => {
      throw new Error('no start');
    });
    await assert.rejects(failing, /no start/);
    assert.equal(flights.size, 0);
  });

  it('lets a caller go whose time is over, and the others stay', async () => {
    const flights = new SingleFlight<string>();
    const { work, signals, resolve } = controlledWork();
    const late = flights.run('a', { ...STAYS, timeoutMs: 1 }, work);
    const patient = flights.run('a', STAYS, notCalled);
    await assert.rejects(late, { code: 'timeout' });
    assert.equal(signals[0]?.aborted, false);
    resolve('done');
    assert.equal(await patient, 'done');
  });

  it('gives up work when the last caller’s time is over', async () => {
    const flights = new SingleFlight<string>();
    const { work, signals } = controlledWork();
    await assert.rejects(flights.run('a', { ...STAYS, timeoutMs: 1 }, work), { code: 'timeout' });
    assert.equal(signals[0]?.aborted, true);
    assert.equal(flights.size, 0);
  });

  it('keeps finished work to join until it is let go, but no failed work', async () => {
    const flights = new SingleFlight<string>();
    const held = deferred<void>();
    const work = async (_signal: AbortSignal, hold: (until: Promise<void>) => void): Promise<string> => {
      hold(held.promise);
      return 'made';
    };
    assert.equal(await flights.run('a', STAYS, work), 'made');
    assert.equal(await flights.run('a', STAYS, notCalled), 'made');
    held.resolve();
    await new Promise(setImmediate);
    assert.equal(await flights.run('a', STAYS, async () => 'anew'), 'anew');
    await assert.rejects(
      flights.run('b', STAYS, () => Promise.reject(new Error('broken'))),
      /broken/,
    );
    assert.equal(flights.size, 0);
  });
});
