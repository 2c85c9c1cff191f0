import type { Config } from '../../config/config.ts';
import { nearestName } from '../../config/nearest-name.ts';
import type { Resolved } from '../../core/resolve.ts';
import { canBeAnimated } from '../../core/sniff.ts';
import { isColorImage } from '../../endpoint/color-image.ts';
import { overlayParams } from '../../endpoint/image-keys.ts';
import type { Filter, ImageParams } from '../../endpoint/params.ts';
import { splitArgs } from '../../endpoint/split-args.ts';
import type { AppError } from '../../errors.ts';
import { type LoadPlan, planLoad, usesOfSource, wholeSource } from '../../imaging/load-plan.ts';
import { type ImagingOptions, isFilterEnabled } from '../../imaging/options.ts';
import type { TracedPicture } from '../../imaging/processor.ts';
import type { TracedSource, TracedStep } from '../../imaging/trace.ts';
import type { ExplainedStep } from './explanation.ts';
import { argumentNotes, FILTER_WORDS } from './filter-words.ts';
import { cropWords, resizeWords } from './resize-words.ts';
import { supposedKind } from './trace-sizes.ts';

/** Steps, and what there is to say about the URL as a whole. */
interface Explained {
  readonly steps: readonly ExplainedStep[];
  readonly notes: readonly string[];
}

/** What the server is set to. */
interface Settings {
  readonly options: ImagingOptions;
  readonly hasDetectors: boolean;
}

/** A traced step, and those of pictures that it laid over. */
interface Branch {
  readonly own: TracedStep;
  readonly inside: readonly TracedStep[];
}

/** What is done to the picture, in the order in which it is done, with the size after each step where it is known. */
export function explainSteps(
  { params, isRaw }: Resolved,
  traced: TracedPicture | undefined,
  options: ImagingOptions,
  { imagorDetectors }: Pick<Config, 'imagorDetectors'>,
): Explained {
  if (isRaw) return { steps: [], notes: ['raw() answers with the source as it is: nothing is done to it.'] };
  const steps = describe(params, traced?.steps ?? [], 0, { options, hasDetectors: imagorDetectors.length > 0 });
  return { steps: traced?.failure ? markFailed(steps, traced.failure) : steps, notes: paddingNotes(params) };
}

/** The first step that was to be taken and has no size is the one that failed. */
function markFailed(steps: readonly ExplainedStep[], failure: AppError): ExplainedStep[] {
  const failed = steps.findIndex(({ width, isSkipped }) => width === undefined && !isSkipped);
  return steps.map((one, index) =>
    index === failed ? { ...one, notes: [...one.notes, `fails: ${failure.message}`] } : one,
  );
}

function paddingNotes({ paddingLeft, paddingTop, paddingRight, paddingBottom, filters }: ImageParams): string[] {
  const isPadded = paddingLeft + paddingTop + paddingRight + paddingBottom > 0;
  return isPadded && !filters.some(({ name }) => name === 'fill')
    ? ['The padding has no effect without fill(), which paints it.']
    : [];
}

function describe(
  params: ImageParams,
  traced: readonly TracedStep[],
  depth: number,
  settings: Settings,
): ExplainedStep[] {
  const branches = grow(traced, depth);
  const sized = (step: TracedStep['step']) => branches.find(({ own }) => own.step === step)?.own;
  const source = sized('source');
  const header = source?.step === 'source' ? source : undefined;
  const isColor = isColorImage(params.image);
  const plan = planOf(params, header, settings);
  const first = isColor
    ? step('color', 'a picture of one colour, in the size of the URL', sized('load'))
    : step('source', header ? sourceWords(header) : params.image, header);
  const resizing = resizeWords(params, plan);
  const crop = cropWords(params);
  return [
    first,
    ...(isColor ? [] : [step('load', loadWords(params, plan, header, resizing, settings), sized('load'))]),
    ...(plan.orient > 0 ? [step('orient', `turned by ${plan.orient}° anticlockwise`, sized('orient'))] : []),
    ...(crop.length > 0 ? [step('crop', crop.join(', '), sized('crop'))] : []),
    ...(resizing !== undefined && !plan.resized && !isColor ? [step('resize', resizing, sized('resize'))] : []),
    ...flips(params).map((words) => step('flip', words, sized('flip'))),
    ...filterSteps(params, branches, depth, settings),
    ...(depth === 0 ? [saveStep(params, sized('result'), settings.options)] : []),
  ];
}

/** Steps of this depth, each with the deeper ones that came before it. */
function grow(traced: readonly TracedStep[], depth: number): Branch[] {
  const branches: Branch[] = [];
  let inside: TracedStep[] = [];
  for (const own of traced) {
    if (own.depth > depth) inside.push(own);
    else {
      branches.push({ own, inside });
      inside = [];
    }
  }
  return branches;
}

function step(
  name: string,
  words: string,
  size: { readonly width: number; readonly height: number; readonly frames: number } | undefined,
  notes: readonly string[] = [],
  inside: readonly ExplainedStep[] = [],
): ExplainedStep {
  const { width, height, frames } = size ?? {};
  return {
    step: name,
    words,
    ...(width !== undefined && height !== undefined && frames !== undefined && { width, height, frames }),
    notes,
    inside,
  };
}

function skip(name: string, words: string, why: string): ExplainedStep {
  return { step: name, words, notes: [why], isSkipped: true, inside: [] };
}

function planOf(params: ImageParams, header: TracedSource | undefined, { options, hasDetectors }: Settings): LoadPlan {
  const plan = planLoad(params, canBeAnimated(header?.kind ?? supposedKind(params.image)), options);
  return params.smart && hasDetectors ? wholeSource(plan) : plan;
}

function sourceWords({ kind, frames, orientation }: TracedSource): string {
  const words = [kind.toUpperCase()];
  if (frames > 1) words.push(`${frames} ${kind === 'pdf' ? 'pages' : 'frames'}`);
  if (orientation > 1) words.push(`lies as EXIF orientation ${orientation}, which resizing puts right`);
  return words.join(', ');
}

function loadWords(
  params: ImageParams,
  plan: LoadPlan,
  header: TracedSource | undefined,
  resizing: string | undefined,
  { options }: Settings,
): string {
  const pages = [
    ...(plan.page > 1 ? [`page ${plan.page}`] : []),
    ...(plan.frames > 1 ? [`${plan.frames} frames at most`] : []),
    ...(plan.frames === 1 && header && header.frames > 1 && plan.page === 1 ? ['the first frame only'] : []),
  ];
  const shrink = header && header.shrink > 1 ? [`decoded at 1/${header.shrink}`] : [];
  const uses = usesOfSource(params, options);
  const whole = uses.length > 0 ? `whole, for ${uses.join(', ')} must see all of it` : 'whole';
  const size = plan.resized
    ? `${resizing}, while it is loaded`
    : plan.thumbnail
      ? `whole, or within ${options.maxWidth} × ${options.maxHeight} (VIPS_MAX_WIDTH, VIPS_MAX_HEIGHT)`
      : whole;
  return [...pages, size, ...shrink].join('; ');
}

function flips({ hFlip, vFlip }: ImageParams): string[] {
  const ways = [...(hFlip ? ['left to right'] : []), ...(vFlip ? ['top to bottom'] : [])];
  return ways.length > 0 ? [`mirrored, ${ways.join(' and ')}`] : [];
}

/** Filters that change pixels, and those that there are none of. */
function filterSteps(
  { filters }: ImageParams,
  branches: readonly Branch[],
  depth: number,
  settings: Settings,
): ExplainedStep[] {
  const { maxFilterOps } = settings.options;
  const before = branches.findLast(({ own }) => own.step === 'flip')?.own;
  let current = before;
  return filters.flatMap((filter, index) => {
    const when = FILTER_WORDS.get(filter.name)?.when;
    if (when !== undefined && when !== 'pixels') return [];
    const name = `filter ${index + 1}`;
    const text = `${filter.name}(${filter.args})`;
    const skipped = whySkipped(filter, settings.options);
    if (skipped !== undefined) return [skip(name, text, skipped)];
    if (maxFilterOps > 0 && index >= maxFilterOps)
      return [skip(name, text, `left out: VIPS_MAX_FILTER_OPS is ${maxFilterOps}`)];
    const branch = branches.find(({ own }) => own.step === 'filter' && own.index === index);
    const inside = describeInside(filter, branch?.inside ?? [], current, depth, settings);
    current = branch?.own ?? current;
    const words = `${text}: ${FILTER_WORDS.get(filter.name)?.does}`;
    return [step(name, words, branch?.own, argumentNotes(filter.name, filter.args), inside)];
  });
}

function whySkipped({ name }: Filter, options: ImagingOptions): string | undefined {
  if (!FILTER_WORDS.has(name)) {
    const nearest = nearestName(name, [...FILTER_WORDS.keys()]);
    return `ignored: there is no such filter${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
  }
  if (isFilterEnabled(options, name)) return undefined;
  return `left out: it is disabled (${options.disabledFilters.includes(name) ? 'VIPS_DISABLE_FILTERS' : 'VIPS_DISABLE_BLUR'})`;
}

/** What a filter does to the picture that it lays over. */
function describeInside(
  { name, args }: Filter,
  inside: readonly TracedStep[],
  parent: TracedStep | undefined,
  depth: number,
  settings: Settings,
): ExplainedStep[] {
  const [arg] = splitArgs(args);
  if (inside.length === 0 || arg === undefined) return [];
  if (name === 'image' && parent) {
    return describe(overlayParams(arg, parent.width, parent.height), inside, depth + 1, settings);
  }
  return inside.map((own) =>
    step(own.step, own.step === 'source' ? sourceWords(own) : 'in the size it is laid over', own),
  );
}

function saveStep(params: ImageParams, result: TracedStep | undefined, options: ImagingOptions): ExplainedStep {
  const settings = params.filters.filter(({ name }) =>
    ['load', 'resize', 'save', 'meta'].includes(FILTER_WORDS.get(name)?.when ?? ''),
  );
  const notes = settings.flatMap((filter) => {
    const skipped = FILTER_WORDS.get(filter.name)?.when === 'meta' ? undefined : whySkipped(filter, options);
    const own = skipped === undefined ? argumentNotes(filter.name, filter.args) : [skipped];
    return own.map((note) => `${filter.name}: ${note}`);
  });
  const written = params.filters.filter(({ name }) => FILTER_WORDS.get(name)?.when === 'save');
  const format = result?.step === 'result' ? result.format : undefined;
  const words = [
    params.meta ? 'told about as JSON' : format === undefined ? 'written' : `written as ${format.toUpperCase()}`,
    ...written.map(({ name, args }) => `${name}(${args})`),
    ...(options.stripMetadata ? ['without metadata (VIPS_STRIP_METADATA)'] : []),
  ];
  return step('result', words.join(', '), result, notes);
}
