import fc from 'fast-check';

/** Images that filters of random URLs name. */
export const OVERLAYS = ['photo.png', 'alpha.png', 'grey.png', 'moving.gif', 'print.jpg', 'dot.png'] as const;

const HOSTILE = [
  '',
  '0',
  '-1',
  '1',
  '+3',
  '007',
  '1.5',
  '-0.5',
  '0.',
  '1e3',
  '1e309',
  'NaN',
  '-inf',
  'abc',
  '99999999999999999999',
  '-99999999999999999999',
  '2147483648',
  'auto',
  'none',
  '%00',
  '%',
  'b64:',
  '((',
  '🦊',
] as const;

const hostile = fc.constantFrom(...HOSTILE);
const oneOf = (...words: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...words);
const whole = (min: number, max: number): fc.Arbitrary<string> => fc.integer({ min, max }).map(String);
const share = fc.integer({ min: 0, max: 100 }).map((percent) => String(percent / 100));
const percent = whole(-120, 120);
const opacity = fc.oneof(whole(0, 100), oneOf('0', '-5', '150'));
const color = oneOf(
  'red',
  'ff8800',
  '#0f0',
  'auto',
  'none',
  'transparent',
  'blur',
  '333',
  'fff',
  '12345678',
  'no-colour',
);
const blendMode = oneOf(
  ...['normal', 'multiply', 'color-burn', 'darken', 'screen', 'color-dodge', 'lighten', 'add', 'overlay'],
  ...['soft-light', 'hard-light', 'difference', 'exclusion', 'mask', 'mask-out', '', 'MULTIPLY', 'no-mode'],
);
const position = fc.oneof(
  whole(-80, 80),
  oneOf('left', 'right', 'top', 'bottom', 'center', 'repeat', 'l-5', 'right-7', 't-3', 'bottom-9', '10p', '-20p'),
  share,
);
const words = oneOf(
  'Hello',
  'two%0Alines',
  'b64:SGVsbG8',
  '%3Cb%3Ebold%3C/b%3E',
  '%3Cbroken',
  'Tom+%26+Jerry',
  '+++',
  '中文',
);
const font = oneOf('sans', 'sans-bold-12', 'monospace-8', 'serif-italic-40', 'no-such-font-9', '');
const side = fc.oneof({ weight: 4, arbitrary: whole(1, 160) }, oneOf('0', '', '1', '-60', '3000'));
const size = fc.tuple(side, side).map(([width, height]) => `${width}x${height}`);
const overlay = fc.constantFrom(...OVERLAYS);
const fullSize = oneOf('fxf', 'f-10xf-5', 'fullx20', '30xf', '-fxf-400');
const layer = fc.oneof(
  overlay,
  fc
    .tuple(fc.oneof(size, fullSize), oneOf('', '/filters:blur(2)', '/filters:grayscale():rotate(90)'), overlay)
    .map((parts) => `/${parts[0]}${parts[1]}/${parts[2]}`),
  fc.tuple(size, color).map(([dimensions, name]) => `/${dimensions}/color:${name}`),
);

/** A filter's arguments: as many as it takes at most, each for its meaning. */
const ARGUMENTS: Readonly<Record<string, readonly fc.Arbitrary<string>[]>> = {
  background_color: [color],
  blur: [share, whole(0, 9)],
  brightness: [percent],
  contrast: [percent],
  crop: [fc.oneof(whole(0, 60), share), fc.oneof(whole(0, 60), share), fc.oneof(whole(1, 90), share), whole(1, 90)],
  draw_detections: [],
  fill: [color],
  focal: [oneOf('0.1x0.2:0.8x0.9', '10x10:30x30', '20x5', '0.5x0.5', '30x30:10x10')],
  grayscale: [],
  hue: [whole(-400, 400)],
  image: [layer, position, position, opacity, blendMode],
  invert: [],
  label: [words, position, position, whole(0, 60), color, opacity, font],
  modulate: [percent, percent, percent],
  orient: [oneOf('90', '180', '270', '45')],
  padding: [color, whole(-20, 30), whole(-20, 30), whole(-20, 30), whole(-20, 30)],
  pixelate: [whole(0, 40)],
  proportion: [fc.oneof(percent, share)],
  redact: [oneOf('', 'blur', 'pixelate', 'red', 'auto'), whole(0, 30)],
  redact_oval: [oneOf('', 'blur', 'PIXELATE', 'white'), whole(0, 30)],
  rgb: [percent, percent, percent],
  rotate: [oneOf('90', '180', '270', '45', '-90')],
  round_corner: [whole(-5, 60), whole(0, 60), color],
  saturation: [percent],
  sharpen: [share, whole(0, 6), oneOf('true', 'false')],
  stretch: [],
  strip_exif: [],
  strip_icc: [],
  strip_metadata: [],
  text: [
    ...[words, position, position, font, color, opacity, blendMode, oneOf('0', '40', '80p', 'f-10', '0.5')],
    ...[
      oneOf('low', 'centre', 'right'),
      oneOf('true', '0'),
      oneOf('word', 'char', 'none'),
      whole(0, 20),
      whole(0, 150),
    ],
  ],
  to_colorspace: [oneOf('srgb', 'p3', 'cmyk', '')],
  trim: [whole(0, 100), oneOf('top-left', 'bottom-right')],
  upscale: [],
  no_upscale: [],
  watermark: [overlay, position, position, opacity, oneOf('20', '100', 'none'), oneOf('30', '150', 'none')],
  format: [oneOf('jpeg', 'png', 'webp', 'gif', 'tiff', 'avif', 'bmp', 'none')],
  quality: [whole(1, 100)],
  lossless: [],
  palette: [],
  bitdepth: [oneOf('1', '2', '4', '8', '16')],
  compression: [whole(0, 10)],
  max_bytes: [whole(200, 9000)],
  max_frames: [whole(0, 4)],
  page: [whole(0, 5)],
  dpi: [whole(0, 200)],
};

/** One filter with as many arguments as chance has it, one of them perhaps nonsense. */
const filter = fc.oneof(
  ...Object.entries(ARGUMENTS).map(([name, list]) =>
    fc
      .tuple(
        fc.tuple(...list),
        fc.integer({ min: 0, max: list.length }),
        fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: hostile }),
        fc.nat(12),
      )
      .map(([valid, count, wild, at]) => {
        const args = valid.slice(0, list.length === 1 ? 1 : count);
        if (wild !== null && args.length > 0) args[at % args.length] = wild;
        return `${name}(${args.join(',')})`;
      }),
  ),
);

/** A segment of the path, there in one of `of` URLs. */
const segment = (arbitrary: fc.Arbitrary<string>, of: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: of - 1, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: arbitrary.map((part) => (part ? `${part}/` : '')) },
  );

const crop = fc.oneof(
  fc.tuple(share, share, share, share).map(([left, top, right, bottom]) => `${left}x${top}:${right}x${bottom}`),
  fc.tuple(whole(0, 40), whole(0, 40), whole(0, 90), whole(0, 90)).map(([a, b, c, d]) => `${a}x${b}:${c}x${d}`),
);

const padding = fc
  .tuple(whole(0, 20), whole(0, 20), whole(0, 20), whole(0, 20))
  .map(([a, b, c, d]) => `${a}x${b}:${c}x${d}`);

/** Image paths without their image, some sensible and some not: a geometry and a chain of filters. */
export const randomUrl: fc.Arbitrary<string> = fc
  .tuple(
    segment(oneOf('trim', 'trim:bottom-right', 'trim:top-left:30'), 8),
    segment(crop, 5),
    segment(oneOf('fit-in', 'full-fit-in', 'adaptive-fit-in', 'adaptive-full-fit-in'), 3),
    segment(oneOf('stretch'), 8),
    fc
      .oneof(
        fc.constant(''),
        size,
        fc.tuple(size, padding).map((parts) => parts.join('/')),
      )
      .map((box) => box && `${box}/`),
    segment(oneOf('left', 'right', 'center'), 4),
    segment(oneOf('top', 'bottom', 'middle'), 4),
    segment(oneOf('smart'), 8),
    fc.array(filter, { maxLength: 5 }).map((chain) => (chain.length > 0 ? `filters:${chain.join(':')}/` : '')),
  )
  .map((parts) => parts.join('').replace(/\/$/, ''));
