import type { Filter } from '../endpoint/params.ts';

/** Which formats the operator wants to be chosen by the client's `Accept`. */
export interface AutoFormats {
  readonly avif: boolean;
  readonly webp: boolean;
  readonly jpeg: boolean;
}

/**
 * Chooses the format of an answer by the client's `Accept` (RFC 9110 §12.5.1), when the URL names none: AVIF before WebP
 * before JPEG, since that is their order of size.
 *
 * @returns filters to append; `fallback_format` names the format for animations, which AVIF cannot hold here.
 */
export function negotiate(accept: string, auto: AutoFormats): readonly Filter[] {
  const webp = auto.webp && accepts(accept, 'image/webp');
  if (auto.avif && accepts(accept, 'image/avif')) {
    const fallback = webp ? [{ name: 'fallback_format', args: 'webp' }] : [];
    return [{ name: 'format', args: 'avif' }, ...fallback];
  }
  if (webp) return [{ name: 'format', args: 'webp' }];
  return auto.jpeg && acceptsJpeg(accept) ? [{ name: 'format', args: 'jpeg' }] : [];
}

/** Browsers that can show AVIF or WebP say so by name; a wildcard comes from all others, too. */
function accepts(accept: string, mediaType: string): boolean {
  return quality(accept, mediaType) > 0;
}

/** Everybody can show JPEG, unless they say that they will not have it. */
function acceptsJpeg(accept: string): boolean {
  if (accept.trim() === '') return true;
  const [named, wildcards] = [quality(accept, 'image/jpeg'), ['image/*', '*/*'].map((range) => quality(accept, range))];
  return named > 0 || (named < 0 && (wildcards.find((weight) => weight >= 0) ?? 0) > 0);
}

/** The `q` of a media range in `Accept`, -1 when it is not named. */
function quality(accept: string, range: string): number {
  for (const element of accept.split(',')) {
    const [name = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase());
    if (name !== range) continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const value = weight === undefined ? 1 : Number(weight.slice(2));
    return Number.isNaN(value) ? 0 : value;
  }
  return -1;
}
