import { removeLineBreaks } from '../endpoint/line-breaks.ts';
import type { Signer } from '../endpoint/sign.ts';
import { splitPrefix } from '../endpoint/split-prefix.ts';
import { belowPathPrefix, withPathPrefix } from '../http/path-prefix.ts';

/** A path or URL with its signature. */
export interface SignedTarget {
  readonly signed: string;
  /** What may not be as meant; one sentence each. */
  readonly notes: readonly string[];
}

/** How long whole signatures of SHA-1, SHA-256 and SHA-512 are, in padded base64. */
const WHOLE_SIGNATURE = /^(?:[\w-]{27}=|[\w-]{43}=|[\w-]{86}==)$/;

/**
 * Signs what a client would ask for: a path with or without its slash, or a URL of the server. `unsafe/` and an old
 * signature give way to the new one; host, the server's own prefix and `params/` stay, and so does a query, which is not
 * signed.
 *
 * @param pathPrefix As in `SERVER_PATH_PREFIX`; put in front where it is missing.
 */
export function signTarget(written: string, { sign, verify }: Signer, pathPrefix: string): SignedTarget {
  const [origin = ''] = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i.exec(written) ?? [];
  const target = removeLineBreaks(written).slice(origin.length);
  const mark = target.indexOf('?');
  const [whole, query] = mark === -1 ? [target, ''] : [target.slice(0, mark), target.slice(mark)];
  const slash = origin !== '' || whole.startsWith('/') ? '/' : '';
  const rootless = whole.replace(/^\//, '');
  const { params, hash, path } = splitPrefix(belowPathPrefix(rootless, pathPrefix) ?? rootless);
  const signed = withPathPrefix(`${params ? 'params/' : ''}${sign(path)}/${path}`, pathPrefix);
  const isDoubtful = hash !== '' && !WHOLE_SIGNATURE.test(hash) && !verify(path, hash);
  return {
    signed: `${origin}${slash}${signed}${query}`,
    notes: [
      ...(isDoubtful ? [`${hash} was taken for an old signature; write unsafe/ before it if it is a directory.`] : []),
      ...(query === ''
        ? []
        : ['A question mark ends the path that is signed; write %3F if the image has it in its name.']),
    ],
  };
}
