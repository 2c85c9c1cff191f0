import type { AppParts } from '../../config/compose.ts';
import { isColorImage } from '../../endpoint/color-image.ts';
import type { ImageParams } from '../../endpoint/params.ts';
import type { TracedPicture } from '../../imaging/processor.ts';
import type { SupposedSource } from '../../imaging/stand-in.ts';
import type { Question } from './explanation.ts';
import type { FoundImage } from './find-places.ts';

const KINDS: Readonly<Record<string, SupposedSource['kind']>> = { png: 'png', webp: 'webp', gif: 'gif' };

/**
 * The sizes that the server would come to: by the source itself, or by one that is supposed to be there.
 *
 * @returns undefined where there is neither.
 */
export async function traceSizes(
  params: ImageParams,
  overlays: readonly string[],
  images: readonly FoundImage[],
  loads: boolean,
  supposed: Question['source'],
  { processor, requestTimeoutMs }: AppParts,
): Promise<TracedPicture | undefined> {
  const signal = AbortSignal.timeout(requestTimeoutMs);
  const none = new Uint8Array();
  if (supposed) {
    const source = { ...supposed, kind: supposedKind(params.image) };
    const blanks = new Map(overlays.map((key) => [key, none]));
    const { steps, failure } = await processor.trace({ params, source: none, images: blanks }, source, signal);
    // what was laid over was a single pixel
    return { steps: steps.filter(({ depth }) => depth === 0), failure };
  }
  if (!loads && !isColorImage(params.image)) return undefined;
  const bytesOf = (use: 'source' | 'overlay') =>
    images.flatMap(({ finding, bytes }) => (finding.use === use && bytes ? [[finding.image, bytes] as const] : []));
  const [source] = bytesOf('source');
  if (!source && !isColorImage(params.image)) return undefined;
  return processor.trace(
    { params, source: source?.[1] ?? none, images: new Map(bytesOf('overlay')) },
    undefined,
    signal,
  );
}

/** By its name; JPEG where that says nothing. */
export function supposedKind(image: string): SupposedSource['kind'] {
  const [, extension = ''] = /\.([a-z]+)$/i.exec(image) ?? [];
  return KINDS[extension.toLowerCase()] ?? 'jpeg';
}
