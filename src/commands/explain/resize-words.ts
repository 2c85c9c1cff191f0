import type { ImageParams } from '../../endpoint/params.ts';
import type { LoadPlan } from '../../imaging/load-plan.ts';

/** What a URL's size asks for; undefined where it names none. */
export function resizeWords(params: ImageParams, { stretch, upscale }: LoadPlan): string | undefined {
  const { width, height, fitIn, adaptiveFitIn, fullFitIn } = params;
  if (width === 0 && height === 0) return undefined;
  const growth = upscale ? '' : ', never enlarged';
  if (width === 0 || height === 0) {
    const [given, other] = width === 0 ? [`${height} high`, 'width'] : [`${width} wide`, 'height'];
    return `${given}, the ${other} follows${growth}`;
  }
  const box = `${width} × ${height}`;
  if (fitIn) {
    const either = adaptiveFitIn ? `${box} or ${height} × ${width}, whichever lies as it does` : box;
    return `${fullFitIn ? 'cover, uncut,' : 'fit inside'} ${either}${growth}`;
  }
  if (stretch) return `stretched to ${box}${growth}`;
  return `fill ${box}, cut ${keeping(params)}${growth}`;
}

function keeping({ smart, hAlign, vAlign, filters }: ImageParams): string {
  if (filters.some(({ name }) => name === 'focal')) return 'around the focal point';
  if (smart) return 'to keep what is interesting';
  const edges = [vAlign, hAlign].filter((edge) => edge !== '' && edge !== 'middle' && edge !== 'center');
  return edges.length === 0 ? 'from the middle' : `from the ${edges.join(' ')}`;
}

/** What a URL cuts out of the source before anything else; empty where it cuts nothing. */
export function cropWords(params: ImageParams): string[] {
  const { trim, trimBy, trimTolerance, cropLeft, cropTop, cropRight, cropBottom } = params;
  const isCut = [cropLeft, cropTop, cropRight, cropBottom].some((edge) => edge > 0);
  return [
    ...(trim ? [`a border of the ${trimBy || 'top-left'} colour trimmed, tolerance ${trimTolerance || 1}`] : []),
    ...(isCut ? [`cut out from ${cropLeft},${cropTop} to ${cropRight},${cropBottom}`] : []),
  ];
}
