import type { AppParts } from '../../config/compose.ts';
import type { Stat } from '../../core/blob.ts';
import { MemoryBudget } from '../../core/memory-budget.ts';
import type { Loader } from '../../core/ports.ts';
import { storagesOfResult } from '../../core/results.ts';
import { Saver } from '../../core/saver.ts';
import { askedForSource, Sources } from '../../core/sources.ts';
import type { ImageParams } from '../../endpoint/params.ts';
import { resultKey } from '../../endpoint/storage-key.ts';
import { AppError } from '../../errors.ts';
import type { ImageFinding, Place } from './explanation.ts';

/** What to find things with. */
export interface Finding {
  readonly parts: AppParts;
  /** The client's. */
  readonly accept: string;
  /** Whether anybody may be asked. */
  readonly loads: boolean;
}

/** A source, and its bytes where it was loaded. */
export interface FoundImage {
  readonly finding: ImageFinding;
  readonly bytes: Uint8Array | undefined;
  readonly error: AppError | undefined;
}

/** One command loads one picture. */
const NO_BUDGET = new MemoryBudget(0);

/** Milliseconds for a look, where the operator sets no limit. */
const LOOK_TIMEOUT_MS = 20_000;

/** Looks for a result, in the order in which the server does. */
export async function findResults(params: ImageParams, isKept: boolean, finding: Finding): Promise<Place[]> {
  if (!isKept) return [];
  const key = resultKey(params, finding.parts.resultStoragePathStyle);
  const storages = storagesOfResult(params, key, finding.parts);
  const asked = storages.map((from) => ({ role: 'Result Storage' as const, from, key, isSavedTo: true }));
  return look(asked, finding, params.image);
}

/** Looks for the source and the images that filters name, and loads them. */
export async function findImages(
  sources: readonly string[],
  overlays: readonly string[],
  finding: Finding,
): Promise<FoundImage[]> {
  const found: FoundImage[] = [];
  for (const [images, use] of [
    [sources, 'source'],
    [overlays, 'overlay'],
  ] as const) {
    for (const image of images) {
      const asked = askedForSource(image, finding.parts).map(({ from, key, role }) => ({
        role: role === 'storage' ? ('Storage' as const) : ('Loader' as const),
        from,
        key,
        isSavedTo: role === 'storage' && use === 'source',
      }));
      const places = await look(asked, finding, undefined);
      const { bytes, error } = finding.loads ? await load(image, finding) : { bytes: undefined, error: undefined };
      found.push({
        finding: {
          image,
          use,
          places: bytes ? settle(places, bytes.length) : places,
          ...(error && { failure: error.message }),
        },
        bytes,
        error,
      });
    }
  }
  return found;
}

/** Of a source that was loaded, whoever could not tell beforehand had it, unless somebody said so. */
function settle(places: readonly Place[], bytes: number): readonly Place[] {
  const unsure = places.filter(({ found }) => found === 'cannot tell');
  if (unsure.length !== 1 || places.some(({ found }) => found === 'yes')) return places;
  return places.map((place) => (place === unsure[0] ? { ...place, found: 'yes', bytes } : place));
}

async function load(image: string, { parts, accept }: Finding): Promise<Pick<FoundImage, 'bytes' | 'error'>> {
  const saver = new Saver({ timeoutMs: 0, maxBytes: 0, onFailure() {} }); // nothing is saved
  const context = { signal: AbortSignal.timeout(LOOK_TIMEOUT_MS), headers: new Headers({ accept }) };
  try {
    const { bytes } = await NO_BUDGET.run((account) => new Sources(parts, saver).load(image, context, account));
    return { bytes, error: undefined };
  } catch (error) {
    const failure = AppError.from(error);
    const isMissing = failure.code === 'not-found';
    return { bytes: undefined, error: isMissing ? new AppError('not-found', { detail: image }) : failure };
  }
}

interface Asked {
  readonly role: Place['role'];
  readonly from: Loader & { readonly isCache?: boolean };
  readonly key: string;
  readonly isSavedTo: boolean;
}

/** Who comes after somebody who has it is not asked, as in the server. */
async function look(asked: readonly Asked[], finding: Finding, resultOf: string | undefined): Promise<Place[]> {
  const places: Place[] = [];
  for (const one of asked) {
    const { role, from, key } = one;
    const isFound = places.some(({ found }) => found === 'yes');
    const place = { role, adapter: from.name, key };
    try {
      const at = from.locate?.(key, resultOf) ?? [];
      const isSavedTo = one.isSavedTo && at.length > 0 && !isFound;
      if (at.length === 0) places.push({ ...place, at, found: 'no', isSavedTo, reason: 'outside of its path prefix' });
      else if (from.isCache)
        places.push({ ...place, at, found: 'not asked', isSavedTo, reason: 'only the server itself can see it' });
      else if (isFound) places.push({ ...place, at, found: 'not asked', isSavedTo, reason: 'found before' });
      else if (!finding.loads) places.push({ ...place, at, found: 'not asked', isSavedTo });
      else places.push({ ...place, at, isSavedTo, ...(await ask(from, key, finding, resultOf)) });
    } catch (error) {
      places.push({ ...place, at: [], found: 'no', isSavedTo: false, failure: AppError.from(error).message });
    }
  }
  return places;
}

async function ask(
  from: Loader,
  key: string,
  { accept }: Finding,
  resultOf: string | undefined,
): Promise<Pick<Place, 'found' | 'bytes' | 'modifiedAt' | 'failure'>> {
  const signal = AbortSignal.timeout(LOOK_TIMEOUT_MS);
  try {
    const context = { signal, headers: new Headers({ accept }), ...(resultOf !== undefined && { resultOf }) };
    const stat = await from.stat?.(key, context);
    return stat ? { found: 'yes', ...toJson(stat) } : { found: 'cannot tell' };
  } catch (error) {
    const { code, message } = AppError.from(error);
    return code === 'not-found' ? { found: 'no' } : { found: 'no', failure: message };
  }
}

function toJson({ size, modifiedAt }: Stat): Pick<Place, 'bytes' | 'modifiedAt'> {
  return {
    ...(size !== undefined && { bytes: size }),
    ...(modifiedAt && { modifiedAt: modifiedAt.toISOString() }),
  };
}
