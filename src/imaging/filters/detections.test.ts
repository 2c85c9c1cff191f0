import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BLACK, blinking, deep, GREEN, plain, quarters, RED, scene, WHITE } from '../../../test/fixtures/draw.ts';
import { assertColor, meanColor, type Picture, pixelAt, readPicture } from '../../../test/support/picture.ts';
import { inScope } from '../../../test/support/vips.ts';
import type { ProcessOutput } from '../../core/ports.ts';
import { parse } from '../../endpoint/parse.ts';
import { AppError } from '../../errors.ts';
import type { DetectedRegion, Detector, DetectorView } from '../detector.ts';
import { DEFAULT_IMAGING_OPTIONS, type ImagingOptions } from '../options.ts';
import { runPipeline } from '../pipeline.ts';
import { detectionColor } from './detection-color.ts';

const MIDDLE: DetectedRegion = { left: 0.25, top: 0.25, right: 0.75, bottom: 0.75, score: 0.9, name: 'face' };

/** Finds the same things everywhere, and remembers what it was shown. */
class StubDetector implements Detector {
  readonly name = 'stub';
  readonly views: DetectorView[] = [];
  readonly regions: readonly DetectedRegion[];

  constructor(regions: readonly DetectedRegion[]) {
    this.regions = regions;
  }

  detect(view: DetectorView): readonly DetectedRegion[] {
    this.views.push(view);
    return this.regions;
  }
}

const photo = inScope((scope) => scene(scope, 200, 100).pngsaveBuffer());
const grey = inScope((scope) => scene(scope, 200, 100).colourspace('b-w').pngsaveBuffer());
const white = inScope((scope) => plain(scope, 80, 40, WHITE).pngsaveBuffer());
const corners = inScope((scope) => quarters(scope, 200, 100).pngsaveBuffer());
const moving = inScope((scope) => blinking(scope, 40, 40).gifsaveBuffer());

function make(path: string, source: Uint8Array, detectors: readonly Detector[], options: Partial<ImagingOptions> = {}) {
  const input = {
    params: parse(`unsafe/${path}/source`),
    source,
    images: new Map<string, Uint8Array>(),
    detection: { detectors, viewSize: 64 },
  };
  return inScope((scope): ProcessOutput => runPipeline(scope, input, { ...DEFAULT_IMAGING_OPTIONS, ...options }));
}

function draw(path: string, source: Uint8Array, regions: readonly DetectedRegion[] = [MIDDLE]): Picture {
  return readPicture(make(path, source, [new StubDetector(regions)]).bytes);
}

function meta(path: string, source: Uint8Array, detectors: readonly Detector[]): Record<string, unknown> {
  return JSON.parse(Buffer.from(make(`meta/${path}`, source, detectors).bytes).toString());
}

describe('filters that ask a detector', () => {
  it('do nothing where there is none, and where nothing is found', () => {
    const untouched = readPicture(make('', photo, []).bytes);
    for (const filter of ['draw_detections()', 'redact()', 'redact_oval(red)']) {
      for (const detectors of [[], [new StubDetector([])]]) {
        assert.deepEqual(readPicture(make(`filters:${filter}`, photo, detectors).bytes).rgba, untouched.rgba, filter);
      }
    }
  });

  it('show it a small sRGB copy of the picture as it is by then', () => {
    const detector = new StubDetector([]);
    make(
      '100x80/filters:rotate(90):redact()',
      inScope((scope) => deep(scene(scope)).pngsaveBuffer()),
      [detector],
    );
    const [view] = detector.views;
    assert.deepEqual([view?.width, view?.height, view?.bands], [51, 64, 3]);
    assert.equal(view?.pixels.length, 51 * 64 * 3);
  });

  it('ask every detector, and pass over regions that are none', () => {
    const broken = { left: Number.NaN, top: 0, right: 1, bottom: 1 };
    const flat = { left: 0.5, top: 0.5, right: 0.5, bottom: 0.6 };
    const detectors = [new StubDetector([broken, flat]), new StubDetector([{ ...MIDDLE, left: 0, right: 0.25 }])];
    const made = readPicture(make('filters:redact(red)', white, detectors).bytes);
    assertColor(pixelAt(made, 5, 20), RED, 0);
    assertColor(pixelAt(made, 40, 20), WHITE, 0);
  });

  it('let nothing out that could not be looked at', () => {
    const failing: Detector = {
      name: 'failing',
      detect() {
        throw new Error('out of order');
      },
    };
    assert.throws(
      () => make('filters:redact()', photo, [failing]),
      (error) => error instanceof AppError && error.code === 'internal' && !error.publicMessage.includes('order'),
    );
  });
});

describe('draw_detections', () => {
  it('frames what is found, in a colour that goes by the name', () => {
    const framed = draw('filters:draw_detections()', white);
    assertColor(pixelAt(framed, 20, 10), detectionColor('face'), 0);
    assertColor(pixelAt(framed, 59, 29), detectionColor('face'), 0);
    assertColor(pixelAt(framed, 40, 20), WHITE, 0);
    assertColor(pixelAt(framed, 60, 30), WHITE, 0);
    assert.notDeepEqual(detectionColor('face'), detectionColor('dog'));
  });

  it('frames colours on grey pictures and on every frame of an animation', () => {
    assertColor(pixelAt(draw('filters:draw_detections()', grey), 50, 25), detectionColor('face'), 0);
    const played = draw('filters:draw_detections()', moving);
    assert.deepEqual(played.delay, [100, 200, 300]);
    for (const frame of [0, 1, 2]) assertColor(pixelAt(played, 10, 10, frame), detectionColor('face'), 12);
  });
});

describe('redact', () => {
  it('paints, inside of the region only', () => {
    const painted = draw('filters:redact(black)', white);
    for (const [x, y] of [
      [20, 10],
      [59, 29],
    ] as const)
      assertColor(pixelAt(painted, x, y), BLACK, 0);
    for (const [x, y] of [
      [19, 10],
      [60, 29],
    ] as const)
      assertColor(pixelAt(painted, x, y), WHITE, 0);
    assertColor(pixelAt(draw('filters:redact(00ff00)', grey), 100, 50), GREEN, 0);
  });

  it('blurs and pixelates the whole region and nothing else', () => {
    const before = readPicture(photo);
    for (const args of ['', 'blur,8', 'pixelate,7', 'PIXELATE']) {
      const after = draw(`filters:redact(${args})`, photo);
      let [inside, outside] = [0, 0];
      for (let at = 0; at < after.rgba.length; at++) {
        const [x, y] = [Math.floor(at / 4) % 200, Math.floor(at / 800)];
        const changed = Math.abs((after.rgba[at] ?? 0) - (before.rgba[at] ?? 0));
        if (x >= 50 && x < 150 && y >= 25 && y < 75) inside += changed;
        else outside += changed;
      }
      assert.ok(inside > 50_000, `${args}: ${inside}`);
      assert.equal(outside, 0, args);
    }
  });

  it('leaves no edge of a region that blocks do not fill', () => {
    const blocks = draw('filters:redact(pixelate,40)', corners, [{ left: 0, top: 0, right: 0.69, bottom: 1 }]);
    assert.deepEqual(pixelAt(blocks, 121, 5), pixelAt(blocks, 137, 5));
    assert.deepEqual(pixelAt(blocks, 130, 81), pixelAt(blocks, 137, 99));
  });

  it('cuts regions to the picture', () => {
    const painted = draw('filters:redact(red)', white, [{ left: -1, top: -1, right: 0.5, bottom: 2 }]);
    assertColor(pixelAt(painted, 0, 0), RED, 0);
    assertColor(pixelAt(painted, 39, 39), RED, 0);
    assertColor(pixelAt(painted, 40, 0), WHITE, 0);
    assertColor(meanColor(draw('filters:redact(red)', white, [{ left: 2, top: 2, right: 3, bottom: 3 }])), WHITE, 0.01);
  });

  it('hides in every frame of an animation, but not with imagor 1.9', () => {
    const hidden = draw('filters:redact(black)', moving);
    for (const frame of [0, 1, 2]) assertColor(pixelAt(hidden, 20, 20, frame), BLACK);
    assert.deepEqual([hidden.frames, hidden.delay, hidden.loop], [3, [100, 200, 300], 4]);
    const old = make('filters:redact(black)', moving, [new StubDetector([MIDDLE])], { compat: '1.9' });
    assertColor(pixelAt(readPicture(old.bytes), 20, 20), RED);
  });
});

describe('redact_oval', () => {
  it('hides by an ellipse', () => {
    for (const args of ['black', 'pixelate,3', 'blur']) {
      const source = args === 'black' ? white : photo;
      const after = draw(`filters:redact_oval(${args})`, source);
      const before = readPicture(source);
      const [left, top] = [after.width / 4, after.height / 4];
      assert.deepEqual(pixelAt(after, left, top), pixelAt(before, left, top), `${args}: a corner of the region`);
      if (args === 'black') {
        assertColor(pixelAt(after, 40, 20), BLACK, 0);
        assertColor(pixelAt(after, 40, 10), BLACK, 0);
        assertColor(pixelAt(after, 20, 20), BLACK, 0);
      }
      assert.notDeepEqual(after.rgba, before.rgba);
    }
  });
});

describe('detected_regions', () => {
  it('are in the metadata, in pixels of the result, where the URL has to do with them', () => {
    const region = { left: 13, top: 10, right: 38, bottom: 30, score: 0.9, name: 'face' };
    for (const path of [
      '50x40/filters:draw_detections()',
      '50x40/filters:redact()',
      '50x40/filters:redact_oval()',
      '50x40/smart',
    ]) {
      assert.deepEqual(meta(path, photo, [new StubDetector([MIDDLE])])['detected_regions'], [region], path);
    }
    const { score: _score, name: _name, ...nameless } = MIDDLE;
    const plainRegion = { left: 13, top: 10, right: 38, bottom: 30 };
    assert.deepEqual(meta('50x40/smart', photo, [new StubDetector([nameless])])['detected_regions'], [plainRegion]);
  });

  it('are left out otherwise', () => {
    assert.ok(!('detected_regions' in meta('50x40', photo, [new StubDetector([MIDDLE])])));
    assert.ok(!('detected_regions' in meta('50x40/smart', photo, [])));
    assert.ok(!('detected_regions' in meta('50x40/smart', photo, [new StubDetector([])])));
  });
});

describe('smart', () => {
  it('keeps what a detector finds in view', () => {
    const blue = { left: 0, top: 0.6, right: 0.2, bottom: 1 };
    const green = { left: 0.8, top: 0, right: 1, bottom: 0.4 };
    assertColor(meanColor(draw('20x20/smart', corners, [green])), [128, 255, 0], 4);
    assertColor(meanColor(draw('20x20/smart', corners, [blue])), [128, 0, 128], 4);
  });

  it('leaves the last word to focal()', () => {
    const right = { left: 0.8, top: 0, right: 1, bottom: 1 };
    assertColor(pixelAt(draw('20x20/smart/filters:focal(0.0x0.0:0.2x1.0)', corners, [right]), 10, 2), RED, 4);
  });
});
