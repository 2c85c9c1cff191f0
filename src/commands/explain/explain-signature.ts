import { signerOptions } from '../../config/compose-signer.ts';
import type { Config } from '../../config/config.ts';
import type { ImageParams } from '../../endpoint/params.ts';
import { createSigner, type SignatureAlgorithm, type SignerOptions } from '../../endpoint/sign.ts';
import { withPathPrefix } from '../../http/path-prefix.ts';
import type { SignatureFinding } from './explanation.ts';

const ALGORITHMS: readonly SignatureAlgorithm[] = ['sha1', 'sha256', 'sha512'];

/**
 * Whether and why a URL may be asked for. It is for the operator, who has the secrets: where the signature is wrong, it
 * tells the right one. Secrets are told by their number.
 *
 * @param allowed The reading that is served; undefined where none is.
 */
export function explainSignature(
  readings: readonly ImageParams[],
  allowed: ImageParams | undefined,
  config: Config,
): SignatureFinding {
  const options = signerOptions(config);
  const asked = allowed ?? readings[0];
  if (!asked) throw new Error('unreachable: a path has a reading');
  if (asked.unsafe) return unsafeFinding(asked, allowed !== undefined, options, config);
  if (!options) return { state: 'no secret', hint: 'set IMAGOR_SECRET, or IMAGOR_UNSAFE to serve what is not signed' };
  if (allowed) {
    const secret = options.secrets.findIndex((one) => alone(options, one).verify(allowed.path, allowed.hash)) + 1;
    return { state: 'valid', secret, isUnescaped: allowed !== readings[0] };
  }
  const right = signed(asked, options, config);
  if (asked.hash === '') return { state: 'missing', right };
  const hint = readings.flatMap((reading) => explainWrong(reading, options)).at(0);
  return { state: 'wrong', right, ...(hint !== undefined && { hint }) };
}

function unsafeFinding(
  asked: ImageParams,
  isAllowed: boolean,
  options: SignerOptions | undefined,
  config: Config,
): SignatureFinding {
  if (isAllowed) return { state: 'unsafe' };
  const hint = 'IMAGOR_UNSAFE is not set';
  return { state: 'unsafe refused', hint, ...(options && { right: signed(asked, options, config) }) };
}

function signed({ path }: ImageParams, options: SignerOptions, { serverPathPrefix }: Config): string {
  return `/${withPathPrefix(`${createSigner(options).sign(path)}/${path}`, serverPathPrefix)}`;
}

/** What would have made the signature that was given. */
function explainWrong({ path, hash }: ImageParams, options: SignerOptions): string[] {
  const found: string[] = [];
  for (const algorithm of ALGORITHMS) {
    for (const [index, secret] of options.secrets.entries()) {
      const { sign } = createSigner({ algorithm, secrets: [secret], truncate: 0 });
      const whose = options.secrets.length > 1 ? ` with secret ${index + 1}` : '';
      const whole = sign(path);
      if (whole.startsWith(hash) && algorithm !== options.algorithm) {
        found.push(`it was made by ${algorithm}${whose}, but IMAGOR_SIGNER_TYPE is ${options.algorithm}`);
      } else if (whole.startsWith(hash)) {
        found.push(`it has ${hash.length} characters${whose}, but IMAGOR_SIGNER_TRUNCATE is ${options.truncate}`);
      } else if (sign(`/${path}`).startsWith(hash)) {
        found.push(`it was made${whose} of the path with its leading slash, which is not signed`);
      }
    }
  }
  return found;
}

function alone(options: SignerOptions, secret: string) {
  return createSigner({ ...options, secrets: [secret] });
}
