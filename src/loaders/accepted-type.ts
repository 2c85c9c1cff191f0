import { compileGlob } from './glob.ts';

/** What a picture without a declared type is taken for, by RFC 9110 section 8.3. */
const UNDECLARED = 'application/octet-stream';

/**
 * Compiles an `Accept` header into a check of the types that come back. Weights and other parameters are left out of
 * account.
 *
 * @param accept `image/*,application/pdf`; empty to accept all.
 * @returns takes a `Content-Type`, empty when the source declared none.
 * @throws AppError `invalid` for a malformed glob.
 */
export function createTypeCheck(accept: string): (contentType: string) => boolean {
  const globs = accept.split(',').map(mediaType).filter(Boolean).map(compileGlob);
  return (contentType) => {
    const type = mediaType(contentType) || UNDECLARED;
    return globs.length === 0 || globs.some((glob) => glob(type));
  };
}

/** Lower case, without parameters. */
function mediaType(header: string): string {
  const [type = ''] = header.split(';', 1);
  return type.trim().toLowerCase();
}
