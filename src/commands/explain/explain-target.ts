import { type AppParts, cacheOptions } from '../../config/compose.ts';
import { imagingOptions } from '../../config/compose-decoders.ts';
import type { Config } from '../../config/config.ts';
import { isAllowed, readingsOf } from '../../core/readings.ts';
import { isWorthKeeping, type Resolved, resolve } from '../../core/resolve.ts';
import { isColorImage } from '../../endpoint/color-image.ts';
import { imageKeys } from '../../endpoint/image-keys.ts';
import type { ImageParams } from '../../endpoint/params.ts';
import { paramsJson } from '../../endpoint/params-json.ts';
import { AppError } from '../../errors.ts';
import { contentDisposition } from '../../http/content-disposition.ts';
import { errorHeaders } from '../../http/error-response.ts';
import { addCacheHeaders } from '../../http/image-headers.ts';
import { belowPathPrefix } from '../../http/path-prefix.ts';
import { parseRequestTarget } from '../../http/request-target.ts';
import type { TracedPicture } from '../../imaging/processor.ts';
import { answerNotes } from './answer-notes.ts';
import { explainSignature } from './explain-signature.ts';
import { explainSteps } from './explain-steps.ts';
import type { Explanation, FormatFinding, Place, Question } from './explanation.ts';
import { type Finding, findImages, findResults } from './find-places.ts';
import { traceSizes } from './trace-sizes.ts';

/** What answers by itself, and is no picture. */
const OTHER_ANSWERS: Readonly<Record<string, string>> = {
  '': 'It asks for no picture, but for the start page, or for where IMAGOR_BASE_PATH_REDIRECT leads.',
  healthcheck: 'It asks for no picture, but whether the server runs.',
  'favicon.ico': 'It asks for no picture: browsers do so by themselves, and get an empty answer.',
};

/** Explains a URL by the parts of a server that would serve it. */
export async function explainTarget(question: Question, config: Config, parts: AppParts): Promise<Explanation> {
  const { path: whole, query } = parseRequestTarget(question.url);
  const url = `/${whole}${query === '' ? '' : `?${query}`}`;
  const nothing = { url, steps: [], results: [], images: [], headers: {}, notes: [] };
  const path = belowPathPrefix(whole, config.serverPathPrefix);
  if (path === undefined) {
    const reason = `it is not below SERVER_PATH_PREFIX, ${config.serverPathPrefix}`;
    return { ...nothing, status: 404, reason };
  }
  const other = Object.hasOwn(OTHER_ANSWERS, path) ? OTHER_ANSWERS[path] : undefined;
  if (other !== undefined) return { ...nothing, status: 200, notes: [other] };
  const notes = [...(query === '' ? [] : [queryNote(config)])];
  const readings = readingsOf(path);
  const [first, second] = readings.filter((params) => isAllowed(params, parts));
  const asked = first ?? (readings[0] as ImageParams);
  let explained = await explainParams(asked, question, config, parts);
  if (second && explained.failures[0]?.code === 'invalid') {
    notes.push('As it stands it makes no sense, so it is unescaped and tried again.');
    explained = await explainParams(second, question, config, parts);
  }
  const failures = first || asked.params ? explained.failures : [new AppError('signature-mismatch')];
  return {
    url,
    ...statusOf(failures),
    signature: explainSignature(readings, first, config),
    ...explained.meaning,
    ...(failures.length > 0 && refused(failures, explained.meaning, config)),
    notes: [...notes, ...explained.meaning.notes],
  };
}

/** An error has headers of its own, and nothing is saved. */
function refused(
  [failure]: readonly AppError[],
  { results, images }: Meaning,
  { imagorNotFoundTtlMs: notFoundTtlMs }: Config,
): Pick<Explanation, 'headers' | 'results' | 'images'> {
  const unsaved = (places: readonly Place[]): Place[] => places.map((place) => ({ ...place, isSavedTo: false }));
  return {
    headers: failure ? errorHeaders(failure.status, { hasBody: true, notFoundTtlMs, allow: '' }) : {},
    results: unsaved(results),
    images: images.map((image) => ({ ...image, places: unsaved(image.places) })),
  };
}

function queryNote({ serverStripQueryString }: Config): string {
  return serverStripQueryString
    ? 'It is redirected to the same URL without its query (SERVER_STRIP_QUERY_STRING).'
    : 'What follows the question mark is not looked at; write %3F where it belongs to the image.';
}

/** What a URL means, whether or not it may be asked for. */
type Meaning = Omit<Explanation, 'url' | 'status' | 'reason' | 'signature'>;

async function explainParams(
  asked: ImageParams,
  question: Question,
  config: Config,
  parts: AppParts,
): Promise<{ readonly meaning: Meaning; readonly failures: readonly AppError[] }> {
  const { accept, loads, source } = question;
  const failures: AppError[] = [];
  const params = paramsJson(asked);
  const resolved = attempt(failures, () => resolve(asked, accept, parts)) ?? resolveExpired(asked, accept, parts);
  if (!resolved) return { failures, meaning: { params, steps: [], results: [], images: [], headers: {}, notes: [] } };
  const { image } = resolved.params;
  if (image === '') failures.push(new AppError('not-found', { detail: 'the URL names no image' }));
  const overlays = attempt(failures, () => overlayKeys(resolved, parts)) ?? [];
  const finding: Finding = { parts, accept, loads };
  const results = await findResults(resolved.params, isWorthKeeping(resolved), finding);
  const sources = image === '' || isColorImage(image) ? [] : [image];
  const images = await findImages(sources, resolved.isRaw ? [] : overlays, finding);
  failures.push(...images.flatMap(({ error }) => error ?? []));
  const traced =
    resolved.isRaw || image === ''
      ? undefined
      : await traceSizes(resolved.params, overlays, images, loads, source, parts);
  if (traced?.failure) failures.push(traced.failure);
  const { steps, notes } = explainSteps(resolved, traced, imagingOptions(config), config);
  const meaning = {
    params,
    ...(parts.baseParams.trim() !== '' && { baseParams: parts.baseParams.trim() }),
    format: formatOf(resolved, asked, accept, parts),
    resultPath: resolved.params.path,
    steps,
    results,
    images: images.map(({ finding: found }) => found),
    headers: headersOf(asked, resolved, traced, config),
    notes: [...notes, ...answerNotes(asked, resolved, config)],
  };
  return { meaning, failures };
}

/** The first failure is the one that is answered with. */
function statusOf([failure]: readonly AppError[]): Pick<Explanation, 'status' | 'reason'> {
  return failure ? { status: failure.status, reason: failure.message } : { status: 200 };
}

function attempt<Result>(failures: AppError[], work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    failures.push(AppError.from(error));
    return undefined;
  }
}

/** What a URL would mean if it had not expired; undefined where it is the operator's parameters that have. */
function resolveExpired(asked: ImageParams, accept: string, parts: AppParts): Resolved | undefined {
  const lasting = { ...asked, filters: asked.filters.filter(({ name }) => name !== 'expire') };
  return attempt([], () => resolve(lasting, accept, parts));
}

function overlayKeys({ params }: Resolved, { maxOverlays, maxOverlayDepth, willRun }: AppParts): string[] {
  return imageKeys(params, {
    maxCount: maxOverlays,
    maxDepth: maxOverlayDepth,
    skip: (name, index) => !willRun(name, index),
  });
}

/** Negotiated filters are the last. */
function formatOf(resolved: Resolved, asked: ImageParams, accept: string, parts: AppParts): FormatFinding {
  const auto = { avif: false, webp: false, jpeg: false };
  const alone = resolveExpired(asked, accept, { ...parts, auto });
  const added = resolved.params.filters.slice(alone?.params.filters.length);
  return {
    accept,
    added: added.map(({ name, args }) => `${name}(${args})`),
    variesByAccept: resolved.variesByAccept,
  };
}

function headersOf(
  asked: ImageParams,
  resolved: Resolved,
  traced: TracedPicture | undefined,
  config: Config,
): Record<string, string> {
  const headers = new Headers();
  const last = traced?.steps.at(-1);
  const contentType = last?.step === 'result' ? last.contentType : '';
  if (contentType !== '') headers.set('content-type', contentType);
  headers.set('content-disposition', contentDisposition(asked.filters, resolved.params.image, contentType));
  const answer = { asked, resolved, headers: undefined, etag: undefined, modifiedAt: undefined, isPrivate: false };
  addCacheHeaders(headers, answer, new Headers(), cacheOptions(config), Date.now());
  return Object.fromEntries(headers);
}
