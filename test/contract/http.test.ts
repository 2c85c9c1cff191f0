import { createHttpLoader } from '../../src/loaders/http.ts';
import { type Origin, startOrigin } from '../support/origin.ts';
import { describeLoader, type LoaderFixture, SECRET } from './loader-contract.ts';

/** An origin with pictures below `/base/` and a secret beside it. */
async function makeFixture(): Promise<LoaderFixture> {
  const pictures = new Map<string, Uint8Array>();
  const closers: (() => unknown)[] = [];
  const modified = new Date(Math.floor(Date.now() / 1_000) * 1_000).toUTCString();
  const origin: Origin = await startOrigin(
    { after: (close) => closers.push(close as () => unknown) },
    (request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://origin.test');
      const bytes = pathname.startsWith('/base/') ? pictures.get(pathname.slice('/base/'.length)) : SECRET;
      if (!bytes) return void response.writeHead(404).end('no such picture');
      response.writeHead(200, {
        'content-type': 'image/jpeg',
        'content-length': bytes.length,
        'last-modified': modified,
      });
      response.end(request.method === 'HEAD' ? undefined : bytes);
    },
  );
  const loader = createHttpLoader({ baseUrl: new URL(`${origin.url}/base`) });
  return {
    loader,
    seed: async (key, bytes) => {
      pictures.set(new URL(key.replaceAll('#', '%23'), 'http://origin.test/').pathname.slice(1), bytes);
    },
    close: async () => {
      await loader.close?.();
      for (const close of closers) await close();
    },
  };
}

describeLoader('HTTP loader', makeFixture);
