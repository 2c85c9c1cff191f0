import { decodeImage } from './decode-image.ts';
import { removeLineBreaks } from './line-breaks.ts';
import { type ImageParams, NO_PARAMS } from './params.ts';
import { readSegments, SEGMENTS } from './segments.ts';
import { splitFilters } from './split-filters.ts';
import { splitPrefix } from './split-prefix.ts';

/**
 * Reads an image path in imagor's grammar, which makes something of every text: nothing is refused. Takes linear time.
 *
 *     [params/] [unsafe/ | HASH/] [meta/] [trim[:CORNER][:TOLERANCE]/] [LEFTxTOP:RIGHTxBOTTOM/]
 *     [[adaptive-][full-]fit-in/] [stretch/] [[-]WIDTHx[-]HEIGHT/] [LEFTxTOP[:RIGHTxBOTTOM]/]
 *     [left/ | right/ | center/] [top/ | bottom/ | middle/] [smart/] [filters:NAME(ARGS):…/] IMAGE
 *
 * @param path As it stands in the request: still percent-encoded, without the query.
 */
export function parse(path: string): ImageParams {
  if (path !== last.path) last = { path, params: applyPath(NO_PARAMS, path) };
  return last.params;
}

/** The HTTP front and the core read the same path, one right after the other. */
let last = { path: '', params: applyPath(NO_PARAMS, '') };

/**
 * Lays what a path says over parameters that are there: its values win, its filters come after theirs. `path` and,
 * where one is written, `image` are the later ones; what was switched on stays on.
 */
export function applyPath(base: ImageParams, path: string): ImageParams {
  const prefix = splitPrefix(removeLineBreaks(path));
  const { said, next } = readSegments(SEGMENTS, prefix.path);
  const { filters, image } = splitFilters(prefix.path.slice(next));
  const decoded = image === '' ? base : decodeImage(image);
  return {
    ...base,
    ...said,
    path: prefix.path,
    params: base.params || prefix.params,
    unsafe: base.unsafe || prefix.unsafe,
    hash: prefix.hash || base.hash,
    filters: [...base.filters, ...filters],
    image: decoded.image,
    base64Image: base.base64Image || decoded.base64Image,
  };
}
