import { createSigner, type Signer, type SignerOptions } from '../endpoint/sign.ts';
import type { Config } from './config.ts';

type SigningConfig = Pick<Config, 'imagorSecret' | 'imagorSecrets' | 'imagorSignerType' | 'imagorSignerTruncate'>;

/** No secret, no signer: a signature made with the empty key would be one that anybody can make. */
export function composeSigner(config: SigningConfig): Signer | undefined {
  const options = signerOptions(config);
  return options && createSigner(options);
}

/** How URLs are signed; undefined where there is no secret. */
export function signerOptions(config: SigningConfig): SignerOptions | undefined {
  const [newest, ...older] = config.imagorSecret === '' ? config.imagorSecrets : [config.imagorSecret];
  if (newest === undefined) return undefined;
  return {
    algorithm: config.imagorSignerType,
    secrets: [newest, ...older],
    truncate: config.imagorSignerTruncate,
  };
}
