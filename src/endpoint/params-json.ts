import type { ImageParams } from './params.ts';

/** What `/params` answers with; what is empty, 0 or false is left out. */
export type ParamsJson = Readonly<
  Record<string, string | number | boolean | readonly { readonly name?: string; readonly args?: string }[]>
>;

/** imagor's names in imagor's order. */
const JSON_NAMES = {
  path: 'path',
  image: 'image',
  base64Image: 'base64_image',
  unsafe: 'unsafe',
  hash: 'hash',
  meta: 'meta',
  trim: 'trim',
  trimBy: 'trim_by',
  trimTolerance: 'trim_tolerance',
  cropLeft: 'crop_left',
  cropTop: 'crop_top',
  cropRight: 'crop_right',
  cropBottom: 'crop_bottom',
  fitIn: 'fit_in',
  adaptiveFitIn: 'adaptive_fit_in',
  fullFitIn: 'full_fit_in',
  stretch: 'stretch',
  width: 'width',
  height: 'height',
  paddingLeft: 'padding_left',
  paddingTop: 'padding_top',
  paddingRight: 'padding_right',
  paddingBottom: 'padding_bottom',
  hFlip: 'h_flip',
  vFlip: 'v_flip',
  hAlign: 'h_align',
  vAlign: 'v_align',
  smart: 'smart',
} as const satisfies Record<Exclude<keyof ImageParams, 'params' | 'filters'>, string>;

/** The parameters under the names and in the order that imagor's `/params` answers with; ready for `JSON.stringify`. */
export function paramsJson(params: ImageParams): ParamsJson {
  const names = Object.entries(JSON_NAMES) as [keyof typeof JSON_NAMES, string][];
  const named = names.filter(([key]) => params[key]).map(([key, name]) => [name, params[key]] as const);
  const filters = params.filters.map(({ name, args }) => ({ ...(name && { name }), ...(args && { args }) }));
  return { ...Object.fromEntries(named), ...(filters.length > 0 && { filters }) };
}
