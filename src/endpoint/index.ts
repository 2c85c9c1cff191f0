/**
 * imagor's URL language without the server: read, write and sign image URLs in Node, a browser or any other runtime
 * with the web's globals. Published as `imagor-ts/url`.
 *
 * @module
 */
export { generate, generatePath, generateUnsafe } from './generate.ts';
export { createSafeChars, normalize, type SafeChars } from './normalize.ts';
export { type Filter, type ImageParams, NO_PARAMS } from './params.ts';
export { type ParamsJson, paramsJson } from './params-json.ts';
export { applyPath, parse } from './parse.ts';
export { createSigner, type SignatureAlgorithm, type Signer, type SignerOptions } from './sign.ts';
export { splitArgs } from './split-args.ts';
export { type ResultPathStyle, resultKey, type StoragePathStyle, storageKey } from './storage-key.ts';
