import { encodeBase64Url } from './base64url.ts';
import { type ImageParams, NO_PARAMS } from './params.ts';
import { percentEncode } from './percent-encoding.ts';

const encoder = new TextEncoder();

/** Images that would be misread: with characters of the grammar, or beginning like a segment. The list is imagor's. */
const NEEDS_ESCAPING = /[?(),]|^(?:trim|meta|fit-in|stretch|top|left|right|bottom|center|smart)\//;

/** What may stand in one segment of a path beside the unreserved characters, by Go's `url.PathEscape`. */
const SEGMENT_CHARS = new Set('$&+=:@');

/**
 * The path that says what the parameters say: what `parse` reads, what is signed, and the key of a result. `path`,
 * `hash`, `unsafe` and `params` are not looked at. Sizes are whole pixels; a negative one flips.
 *
 * The output is imagor's to the letter, since results are stored by it: an image with `%` or `+` in its name, or that
 * begins like a hash, a size or `filters:`, is read back as written only with `base64Image`.
 */
export function generatePath(params: Partial<ImageParams>): string {
  const all = { ...NO_PARAMS, ...params };
  const { hAlign, vAlign } = all;
  const segments = [
    all.meta && 'meta',
    trimSegment(all),
    cropSegment(all),
    all.fitIn && `${all.adaptiveFitIn ? 'adaptive-' : ''}${all.fullFitIn ? 'full-' : ''}fit-in`,
    all.stretch && 'stretch',
    sizeSegment(all),
    paddingSegment(all),
    hAlign !== 'center' && hAlign,
    vAlign !== 'middle' && vAlign,
    all.smart && 'smart',
    all.filters.length > 0 && `filters:${all.filters.map(({ name, args }) => `${name}(${args})`).join(':')}`,
  ];
  return [...segments.filter(Boolean), imageSegment(all)].join('/');
}

/** The path of an unsigned image, `unsafe/…`, without a leading slash. */
export function generateUnsafe(params: Partial<ImageParams>): string {
  return `unsafe/${generatePath(params)}`;
}

/** The path of a signed image, `HASH/…`, without a leading slash; `sign` is a signer's. */
export function generate(params: Partial<ImageParams>, sign: (path: string) => string): string {
  const path = generatePath(params);
  return `${sign(path)}/${path}`;
}

function trimSegment({ trim, trimBy, trimTolerance }: ImageParams): string {
  if (!trim && trimBy === '') return '';
  return `trim${trimBy === 'bottom-right' ? ':bottom-right' : ''}${trimTolerance > 0 ? `:${trimTolerance}` : ''}`;
}

function cropSegment({ cropLeft, cropTop, cropRight, cropBottom }: ImageParams): string {
  const edges = [cropLeft, cropTop, cropRight, cropBottom];
  if (!edges.some((edge) => edge > 0)) return '';
  const [left, top, right, bottom] = edges.map(formatDecimal);
  return `${left}x${top}:${right}x${bottom}`;
}

function sizeSegment({ width, height, hFlip, vFlip, paddingLeft, paddingTop }: ImageParams): string {
  // A padding alone would be read as the size.
  if (!hFlip && !vFlip && width === 0 && height === 0 && paddingLeft <= 0 && paddingTop <= 0) return '';
  const side = (size: number, flip: boolean): string => `${flip !== size < 0 ? '-' : ''}${Math.abs(size)}`;
  return `${side(width, hFlip)}x${side(height, vFlip)}`;
}

function paddingSegment({ paddingLeft, paddingTop, paddingRight, paddingBottom }: ImageParams): string {
  if (![paddingLeft, paddingTop, paddingRight, paddingBottom].some((padding) => padding > 0)) return '';
  const leftTop = `${paddingLeft}x${paddingTop}`;
  const rightBottom = `${paddingRight}x${paddingBottom}`;
  return leftTop === rightBottom ? leftTop : `${leftTop}:${rightBottom}`;
}

function imageSegment({ image, base64Image }: ImageParams): string {
  if (base64Image) return `b64:${encodeBase64Url(encoder.encode(image)).replace(/=+$/, '')}`;
  return NEEDS_ESCAPING.test(image) ? percentEncode(image, SEGMENT_CHARS) : image;
}

/** The shortest digits that mean this number, never with an exponent: `0.0000001`, which `String` writes as `1e-7`. */
function formatDecimal(value: number): string {
  const [, sign, first, fraction = '', exponent] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(String(value)) ?? [];
  if (exponent === undefined) return String(value);
  const digits = `${first}${fraction}`;
  const power = Number(exponent);
  return power < 0 ? `${sign}0.${'0'.repeat(-power - 1)}${digits}` : `${sign}${digits.padEnd(power + 1, '0')}`;
}
