// check-vectors.mjs VECTORS.json: holds the URL language against the reference's: parameters, URLs made of them,
// signatures and keys. Ends with 'N passed, N failed'.
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import * as url from '../dist/src/endpoint/index.js';

const vectors = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const outcomes = [
  ...vectors.parse.map(({ uri, params }) =>
    check(`parse ${uri}`, url.paramsJson(url.parse(uri)), withoutEmpty(params)),
  ),
  // a URL made of parameters means the same parameters
  ...vectors.parse.map(({ uri }) => check(`generate ${uri}`, meaning(remade(uri)), meaning(uri))),
  ...vectors.parse
    .filter(({ signer }) => signer)
    .map(({ uri, signer }) => check(`signed ${uri}`, isSigned(uri, signer), true)),
  ...vectors.normalize.map(({ in: path, safe, out }) =>
    check(`normalize ${path}`, url.normalize(path, url.createSafeChars(safe ?? '')), out),
  ),
  ...vectors.sign.map(({ path, hash, ...signer }) => check(`sign ${path}`, signerOf(signer).sign(path), hash)),
  ...vectors.resultKey.map(({ uri, style, key }) =>
    check(`${style} ${uri}`, url.resultKey(url.parse(uri), style), key),
  ),
  ...vectors.storageKey.map(({ image, style, key }) => check(`${style} ${image}`, url.storageKey(image, style), key)),
];
const failed = outcomes.filter((isGood) => !isGood).length;
console.log(`${outcomes.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

function check(what, actual, expected) {
  if (isDeepStrictEqual(actual, expected)) return true;
  console.log(`${what}\n  is       ${JSON.stringify(actual)}\n  must be  ${JSON.stringify(expected)}`);
  return false;
}

/** The reference leaves out what is empty, but for one recorded case. */
function withoutEmpty(params) {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== false));
}

function remade(uri) {
  return url.generateUnsafe(url.parse(uri));
}

function meaning(uri) {
  const { path, hash, unsafe, ...rest } = url.paramsJson(url.parse(uri));
  return rest;
}

function isSigned(uri, signer) {
  const { path, hash } = url.parse(uri);
  return signerOf(signer).verify(path, hash);
}

function signerOf({ type, truncate, secret }) {
  return url.createSigner({ algorithm: type, truncate, secrets: [secret] });
}
