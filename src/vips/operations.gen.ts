// Written by scripts/generate-vips.ts from libvips’ own descriptions; do not edit.
import type { Access, Align, Angle, Angle45, BandFormat, BlendMode, Coding, Combine, CombineMode, CompassDirection, Direction, DzContainer, DzDepth, DzLayout, Extend, FailOn, HeifCompression, HeifEncoder, Intent, Interesting, Interpretation, Keep, Kernel, OperationBoolean, OperationComplex, OperationComplex2, OperationComplexget, OperationMath, OperationMath2, OperationMorphology, OperationRelational, OperationRound, PCS, PngFilter, Precision, RegionShrink, SdfShape, Size, Subsample, TextWrap, TiffCompression, TiffPredictor, TiffResunit, WebpPreset } from './enums.gen.ts';
import type { Image } from './image.ts';
import type { Inputs, Outputs } from './operation.ts';

/** Operations that start from no image; {@link Scope} has them. */
export abstract class Creators {
  abstract call(name: string, inputs: Inputs, wanted?: readonly string[]): Outputs;

  /** Join an array of images. */
  arrayjoin(inValue: readonly Image[], options: { across?: number | undefined; shim?: number | undefined; background?: readonly number[] | undefined; halign?: Align | undefined; valign?: Align | undefined; hspacing?: number | undefined; vspacing?: number | undefined } = {}): Image {
    return this.call('arrayjoin', { in: inValue, ...options })['out'] as Image;
  }

  /** Bandwise join a set of images. */
  bandjoin(inValue: readonly Image[]): Image {
    return this.call('bandjoin', { in: inValue })['out'] as Image;
  }

  /** Band-wise rank of a set of images. */
  bandrank(inValue: readonly Image[], options: { index?: number | undefined } = {}): Image {
    return this.call('bandrank', { in: inValue, ...options })['out'] as Image;
  }

  /** Make a black image. */
  black(width: number, height: number, options: { bands?: number | undefined } = {}): Image {
    return this.call('black', { width, height, ...options })['out'] as Image;
  }

  /** Blend an array of images with an array of blend modes. */
  composite(inValue: readonly Image[], mode: readonly BlendMode[], options: { x?: readonly number[] | undefined; y?: readonly number[] | undefined; compositing_space?: Interpretation | undefined; premultiplied?: boolean | undefined } = {}): Image {
    return this.call('composite', { in: inValue, mode, ...options })['out'] as Image;
  }

  /** Make an image showing the eye's spatial response. */
  eye(width: number, height: number, options: { uchar?: boolean | undefined; factor?: number | undefined } = {}): Image {
    return this.call('eye', { width, height, ...options })['out'] as Image;
  }

  /** Make a fractal surface. */
  fractsurf(width: number, height: number, fractalDimension: number): Image {
    return this.call('fractsurf', { width, height, fractal_dimension: fractalDimension })['out'] as Image;
  }

  /** Make a gaussian image. */
  gaussmat(sigma: number, minAmpl: number, options: { separable?: boolean | undefined; precision?: Precision | undefined } = {}): Image {
    return this.call('gaussmat', { sigma, min_ampl: minAmpl, ...options })['out'] as Image;
  }

  /** Make a gaussnoise image. */
  gaussnoise(width: number, height: number, options: { sigma?: number | undefined; mean?: number | undefined; seed?: number | undefined } = {}): Image {
    return this.call('gaussnoise', { width, height, ...options })['out'] as Image;
  }

  /** Load GIF with libnsgif. */
  gifloadBuffer(buffer: Uint8Array, options: { n?: number | undefined; page?: number | undefined; memory?: boolean | undefined; access?: Access | undefined; fail_on?: FailOn | undefined; revalidate?: boolean | undefined } = {}): Image {
    return this.call('gifload_buffer', { buffer, ...options })['out'] as Image;
  }

  /** Make a grey ramp image. */
  grey(width: number, height: number, options: { uchar?: boolean | undefined } = {}): Image {
    return this.call('grey', { width, height, ...options })['out'] as Image;
  }

  /** Load a HEIF image. */
  heifloadBuffer(buffer: Uint8Array, options: { page?: number | undefined; n?: number | undefined; thumbnail?: boolean | undefined; unlimited?: boolean | undefined; memory?: boolean | undefined; access?: Access | undefined; fail_on?: FailOn | undefined; revalidate?: boolean | undefined } = {}): Image {
    return this.call('heifload_buffer', { buffer, ...options })['out'] as Image;
  }

  /** Make a 1D image where pixel values are indexes. */
  identity(options: { bands?: number | undefined; ushort?: boolean | undefined; size?: number | undefined } = {}): Image {
    return this.call('identity', { ...options })['out'] as Image;
  }

  /** Load jpeg from buffer. */
  jpegloadBuffer(buffer: Uint8Array, options: { shrink?: number | undefined; autorotate?: boolean | undefined; unlimited?: boolean | undefined; memory?: boolean | undefined; access?: Access | undefined; fail_on?: FailOn | undefined; revalidate?: boolean | undefined } = {}): Image {
    return this.call('jpegload_buffer', { buffer, ...options })['out'] as Image;
  }

  /** Make a Laplacian of Gaussian image. */
  logmat(sigma: number, minAmpl: number, options: { separable?: boolean | undefined; precision?: Precision | undefined } = {}): Image {
    return this.call('logmat', { sigma, min_ampl: minAmpl, ...options })['out'] as Image;
  }

  /** Make a butterworth filter. */
  maskButterworth(width: number, height: number, order: number, frequencyCutoff: number, amplitudeCutoff: number, options: { uchar?: boolean | undefined; nodc?: boolean | undefined; reject?: boolean | undefined; optical?: boolean | undefined } = {}): Image {
    return this.call('mask_butterworth', { width, height, order, frequency_cutoff: frequencyCutoff, amplitude_cutoff: amplitudeCutoff, ...options })['out'] as Image;
  }

  /** Make a butterworth_band filter. */
  maskButterworthBand(width: number, height: number, order: number, frequencyCutoffX: number, frequencyCutoffY: number, radius: number, amplitudeCutoff: number, options: { uchar?: boolean | undefined; nodc?: boolean | undefined; reject?: boolean | undefined; optical?: boolean | undefined } = {}): Image {
    return this.call('mask_butterworth_band', { width, height, order, frequency_cutoff_x: frequencyCutoffX, frequency_cutoff_y: frequencyCutoffY, radius, amplitude_cutoff: amplitudeCutoff, ...options })['out'] as Image;
  }

  /** Make a butterworth ring filter. */
  maskButterworthRing(width: number, height: number, order: number, frequencyCutoff: number, amplitudeCutoff: number, ringwidth: number, options: { uchar?: boolean | undefined; nodc?: boolean | undefined; reject?: boolean | undefined; optical?: boolean | undefined } = {}): Image {
    return this.call('mask_butterworth_ring', { width, height, order, frequency_cutoff: frequencyCutoff, amplitude_cutoff: amplitudeCutoff, ringwidth, ...options })['out'] as Image;
  }

  /** Make fractal filter. */
  maskFractal(width: number, height: number, fractalDimension: number, options: { uchar?: boolean | undefined; nodc?: boolean | undefined; reject?: boolean | undefined; optical?: boolean | undefined } = {}): Image {
    return this.call('mask_fractal', { width, height, fractal_dimension: fractalDimension, ...options })['out'] as Image;
  }

  /** Make a gaussian filter. */
  maskGaussian(width: number, height: number, frequencyCutoff: number, amplitudeCutoff: number, options: { uchar?: boolean | undefined; nodc?: boolean | undefined; reject?: boolean | undefined; optical?: boolean | undefined } = {}): Image {
    return this.call('mask_gaussian', { width, height, frequency_cutoff: frequencyCutoff, amplitude_cutoff: amplitudeCutoff, ...options })['out'] as Image;
  }

  /** Make a gaussian filter. */
  maskGaussianBand(width: number, height: number, frequencyCutoffX: number, frequencyCutoffY: number, radius: number, amplitudeCutoff: number, options: { uchar?: boolean | undefined; nodc?: boolean | undefined; reject?: boolean | undefined; optical?: boolean | undefined } = {}): Image {
    return this.call('mask_gaussian_band', { width, height, frequency_cutoff_x: frequencyCutoffX, frequency_cutoff_y: frequencyCutoffY, radius, amplitude_cutoff: amplitudeCutoff, ...options })['out'] as Image;
  }

  /** Make a gaussian ring filter. */
  maskGaussianRing(width: number, height: number, frequencyCutoff: number, amplitudeCutoff: number, ringwidth: number, options: { uchar?: boolean | undefined; nodc?: boolean | undefined; reject?: boolean | undefined; optical?: boolean | undefined } = {}): Image {
    return this.call('mask_gaussian_ring', { width, height, frequency_cutoff: frequencyCutoff, amplitude_cutoff: amplitudeCutoff, ringwidth, ...options })['out'] as Image;
  }

  /** Make an ideal filter. */
  maskIdeal(width: number, height: number, frequencyCutoff: number, options: { uchar?: boolean | undefined; nodc?: boolean | undefined; reject?: boolean | undefined; optical?: boolean | undefined } = {}): Image {
    return this.call('mask_ideal', { width, height, frequency_cutoff: frequencyCutoff, ...options })['out'] as Image;
  }

  /** Make an ideal band filter. */
  maskIdealBand(width: number, height: number, frequencyCutoffX: number, frequencyCutoffY: number, radius: number, options: { uchar?: boolean | undefined; nodc?: boolean | undefined; reject?: boolean | undefined; optical?: boolean | undefined } = {}): Image {
    return this.call('mask_ideal_band', { width, height, frequency_cutoff_x: frequencyCutoffX, frequency_cutoff_y: frequencyCutoffY, radius, ...options })['out'] as Image;
  }

  /** Make an ideal ring filter. */
  maskIdealRing(width: number, height: number, frequencyCutoff: number, ringwidth: number, options: { uchar?: boolean | undefined; nodc?: boolean | undefined; reject?: boolean | undefined; optical?: boolean | undefined } = {}): Image {
    return this.call('mask_ideal_ring', { width, height, frequency_cutoff: frequencyCutoff, ringwidth, ...options })['out'] as Image;
  }

  /** Make a perlin noise image. */
  perlin(width: number, height: number, options: { cell_size?: number | undefined; uchar?: boolean | undefined; seed?: number | undefined } = {}): Image {
    return this.call('perlin', { width, height, ...options })['out'] as Image;
  }

  /** Load png from buffer. */
  pngloadBuffer(buffer: Uint8Array, options: { unlimited?: boolean | undefined; memory?: boolean | undefined; access?: Access | undefined; fail_on?: FailOn | undefined; revalidate?: boolean | undefined } = {}): Image {
    return this.call('pngload_buffer', { buffer, ...options })['out'] as Image;
  }

  /** Load named ICC profile. */
  profileLoad(name: string): Uint8Array {
    return this.call('profile_load', { name })['profile'] as Uint8Array;
  }

  /** Create an SDF image. */
  sdf(width: number, height: number, shape: SdfShape, options: { r?: number | undefined; a?: readonly number[] | undefined; b?: readonly number[] | undefined; corners?: readonly number[] | undefined } = {}): Image {
    return this.call('sdf', { width, height, shape, ...options })['out'] as Image;
  }

  /** Make a 2D sine wave. */
  sines(width: number, height: number, options: { uchar?: boolean | undefined; hfreq?: number | undefined; vfreq?: number | undefined } = {}): Image {
    return this.call('sines', { width, height, ...options })['out'] as Image;
  }

  /** Sum an array of images. */
  sum(inValue: readonly Image[]): Image {
    return this.call('sum', { in: inValue })['out'] as Image;
  }

  /** Load SVG with rsvg. */
  svgloadBuffer(buffer: Uint8Array, options: { dpi?: number | undefined; scale?: number | undefined; unlimited?: boolean | undefined; stylesheet?: string | undefined; high_bitdepth?: boolean | undefined; memory?: boolean | undefined; access?: Access | undefined; fail_on?: FailOn | undefined; revalidate?: boolean | undefined } = {}): Image {
    return this.call('svgload_buffer', { buffer, ...options })['out'] as Image;
  }

  /** Find the index of the first non-zero pixel in tests. */
  switch(tests: readonly Image[]): Image {
    return this.call('switch', { tests })['out'] as Image;
  }

  /** Run an external command. */
  system(cmdFormat: string, options: { in?: readonly Image[] | undefined; in_format?: string | undefined; out_format?: string | undefined; cache?: boolean | undefined } = {}): void {
    this.call('system', { cmd_format: cmdFormat, ...options });
  }

  /** Make a text image. */
  text(text: string, options: { font?: string | undefined; width?: number | undefined; height?: number | undefined; align?: Align | undefined; justify?: boolean | undefined; dpi?: number | undefined; spacing?: number | undefined; fontfile?: string | undefined; rgba?: boolean | undefined; wrap?: TextWrap | undefined } = {}): Image {
    return this.call('text', { text, ...options })['out'] as Image;
  }

  /** Generate thumbnail from buffer. */
  thumbnailBuffer(buffer: Uint8Array, width: number, options: { option_string?: string | undefined; height?: number | undefined; size?: Size | undefined; no_rotate?: boolean | undefined; crop?: Interesting | undefined; linear?: boolean | undefined; input_profile?: string | undefined; output_profile?: string | undefined; intent?: Intent | undefined; fail_on?: FailOn | undefined } = {}): Image {
    return this.call('thumbnail_buffer', { buffer, width, ...options })['out'] as Image;
  }

  /** Load tiff from buffer. */
  tiffloadBuffer(buffer: Uint8Array, options: { page?: number | undefined; n?: number | undefined; autorotate?: boolean | undefined; subifd?: number | undefined; unlimited?: boolean | undefined; memory?: boolean | undefined; access?: Access | undefined; fail_on?: FailOn | undefined; revalidate?: boolean | undefined } = {}): Image {
    return this.call('tiffload_buffer', { buffer, ...options })['out'] as Image;
  }

  /** Build a look-up table. */
  tonelut(options: { in_max?: number | undefined; out_max?: number | undefined; Lb?: number | undefined; Lw?: number | undefined; Ps?: number | undefined; Pm?: number | undefined; Ph?: number | undefined; S?: number | undefined; M?: number | undefined; H?: number | undefined } = {}): Image {
    return this.call('tonelut', { ...options })['out'] as Image;
  }

  /** Load a UHDR image. */
  uhdrloadBuffer(buffer: Uint8Array, options: { shrink?: number | undefined; memory?: boolean | undefined; access?: Access | undefined; fail_on?: FailOn | undefined; revalidate?: boolean | undefined } = {}): Image {
    return this.call('uhdrload_buffer', { buffer, ...options })['out'] as Image;
  }

  /** Load webp from buffer. */
  webploadBuffer(buffer: Uint8Array, options: { page?: number | undefined; n?: number | undefined; scale?: number | undefined; memory?: boolean | undefined; access?: Access | undefined; fail_on?: FailOn | undefined; revalidate?: boolean | undefined } = {}): Image {
    return this.call('webpload_buffer', { buffer, ...options })['out'] as Image;
  }

  /** Make a worley noise image. */
  worley(width: number, height: number, options: { cell_size?: number | undefined; seed?: number | undefined } = {}): Image {
    return this.call('worley', { width, height, ...options })['out'] as Image;
  }

  /** Make an image where pixel values are coordinates. */
  xyz(width: number, height: number, options: { csize?: number | undefined; dsize?: number | undefined; esize?: number | undefined } = {}): Image {
    return this.call('xyz', { width, height, ...options })['out'] as Image;
  }

  /** Make a zone plate. */
  zone(width: number, height: number, options: { uchar?: boolean | undefined } = {}): Image {
    return this.call('zone', { width, height, ...options })['out'] as Image;
  }
}

/** Operations on an image; {@link Image} has them. */
export abstract class ImageOperations {
  abstract call(name: string, inputs: Inputs, wanted?: readonly string[]): Outputs;

  /** Transform LCh to CMC. */
  CMC2LCh(): Image {
    return this.call('CMC2LCh', { in: this as unknown as Image })['out'] as Image;
  }

  /** Transform CMYK to XYZ. */
  CMYK2XYZ(): Image {
    return this.call('CMYK2XYZ', { in: this as unknown as Image })['out'] as Image;
  }

  /** Transform HSV to sRGB. */
  HSV2sRGB(): Image {
    return this.call('HSV2sRGB', { in: this as unknown as Image })['out'] as Image;
  }

  /** Transform LCh to CMC. */
  LCh2CMC(): Image {
    return this.call('LCh2CMC', { in: this as unknown as Image })['out'] as Image;
  }

  /** Transform LCh to Lab. */
  LCh2Lab(): Image {
    return this.call('LCh2Lab', { in: this as unknown as Image })['out'] as Image;
  }

  /** Transform Lab to LCh. */
  Lab2LCh(): Image {
    return this.call('Lab2LCh', { in: this as unknown as Image })['out'] as Image;
  }

  /** Transform float Lab to LabQ coding. */
  Lab2LabQ(): Image {
    return this.call('Lab2LabQ', { in: this as unknown as Image })['out'] as Image;
  }

  /** Transform float Lab to signed short. */
  Lab2LabS(): Image {
    return this.call('Lab2LabS', { in: this as unknown as Image })['out'] as Image;
  }

  /** Transform CIELAB to XYZ. */
  Lab2XYZ(options: { temp?: readonly number[] | undefined } = {}): Image {
    return this.call('Lab2XYZ', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Unpack a LabQ image to float Lab. */
  LabQ2Lab(): Image {
    return this.call('LabQ2Lab', { in: this as unknown as Image })['out'] as Image;
  }

  /** Unpack a LabQ image to short Lab. */
  LabQ2LabS(): Image {
    return this.call('LabQ2LabS', { in: this as unknown as Image })['out'] as Image;
  }

  /** Convert a LabQ image to sRGB. */
  LabQ2sRGB(): Image {
    return this.call('LabQ2sRGB', { in: this as unknown as Image })['out'] as Image;
  }

  /** Transform signed short Lab to float. */
  LabS2Lab(): Image {
    return this.call('LabS2Lab', { in: this as unknown as Image })['out'] as Image;
  }

  /** Transform short Lab to LabQ coding. */
  LabS2LabQ(): Image {
    return this.call('LabS2LabQ', { in: this as unknown as Image })['out'] as Image;
  }

  /** Transform Oklab to Oklch. */
  Oklab2Oklch(): Image {
    return this.call('Oklab2Oklch', { in: this as unknown as Image })['out'] as Image;
  }

  /** Transform Oklab to XYZ. */
  Oklab2XYZ(): Image {
    return this.call('Oklab2XYZ', { in: this as unknown as Image })['out'] as Image;
  }

  /** Transform Oklch to Oklab. */
  Oklch2Oklab(): Image {
    return this.call('Oklch2Oklab', { in: this as unknown as Image })['out'] as Image;
  }

  /** Transform XYZ to CMYK. */
  XYZ2CMYK(): Image {
    return this.call('XYZ2CMYK', { in: this as unknown as Image })['out'] as Image;
  }

  /** Transform XYZ to Lab. */
  XYZ2Lab(options: { temp?: readonly number[] | undefined } = {}): Image {
    return this.call('XYZ2Lab', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Transform XYZ to Oklab. */
  XYZ2Oklab(): Image {
    return this.call('XYZ2Oklab', { in: this as unknown as Image })['out'] as Image;
  }

  /** Transform XYZ to Yxy. */
  XYZ2Yxy(): Image {
    return this.call('XYZ2Yxy', { in: this as unknown as Image })['out'] as Image;
  }

  /** Transform XYZ to scRGB. */
  XYZ2scRGB(): Image {
    return this.call('XYZ2scRGB', { in: this as unknown as Image })['out'] as Image;
  }

  /** Transform Yxy to XYZ. */
  Yxy2XYZ(): Image {
    return this.call('Yxy2XYZ', { in: this as unknown as Image })['out'] as Image;
  }

  /** Absolute value of an image. */
  abs(): Image {
    return this.call('abs', { in: this as unknown as Image })['out'] as Image;
  }

  /** Add two images. */
  add(right: Image): Image {
    return this.call('add', { left: this as unknown as Image, right })['out'] as Image;
  }

  /** Append an alpha channel. */
  addalpha(): Image {
    return this.call('addalpha', { in: this as unknown as Image })['out'] as Image;
  }

  /** Affine transform of an image. */
  affine(matrix: readonly number[], options: { oarea?: readonly number[] | undefined; odx?: number | undefined; ody?: number | undefined; idx?: number | undefined; idy?: number | undefined; background?: readonly number[] | undefined; premultiplied?: boolean | undefined; extend?: Extend | undefined } = {}): Image {
    return this.call('affine', { in: this as unknown as Image, matrix, ...options })['out'] as Image;
  }

  /** Autorotate image by exif tag. */
  autorot(): Image {
    return this.call('autorot', { in: this as unknown as Image })['out'] as Image;
  }

  /** Find image average. */
  avg(): number {
    return this.call('avg', { in: this as unknown as Image })['out'] as number;
  }

  /** Boolean operation across image bands. */
  bandbool(boolean: OperationBoolean): Image {
    return this.call('bandbool', { in: this as unknown as Image, boolean })['out'] as Image;
  }

  /** Fold up x axis into bands. */
  bandfold(options: { factor?: number | undefined } = {}): Image {
    return this.call('bandfold', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Append a constant band to an image. */
  bandjoinConst(c: readonly number[]): Image {
    return this.call('bandjoin_const', { in: this as unknown as Image, c })['out'] as Image;
  }

  /** Band-wise average. */
  bandmean(): Image {
    return this.call('bandmean', { in: this as unknown as Image })['out'] as Image;
  }

  /** Unfold image bands into x axis. */
  bandunfold(options: { factor?: number | undefined } = {}): Image {
    return this.call('bandunfold', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Boolean operation on two images. */
  boolean(right: Image, boolean: OperationBoolean): Image {
    return this.call('boolean', { left: this as unknown as Image, right, boolean })['out'] as Image;
  }

  /** Boolean operations against a constant. */
  booleanConst(boolean: OperationBoolean, c: readonly number[]): Image {
    return this.call('boolean_const', { in: this as unknown as Image, boolean, c })['out'] as Image;
  }

  /** Build a look-up table. */
  buildlut(): Image {
    return this.call('buildlut', { in: this as unknown as Image })['out'] as Image;
  }

  /** Byteswap an image. */
  byteswap(): Image {
    return this.call('byteswap', { in: this as unknown as Image })['out'] as Image;
  }

  /** Canny edge detector. */
  canny(options: { sigma?: number | undefined; precision?: Precision | undefined } = {}): Image {
    return this.call('canny', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Use pixel values to pick cases from an array of images. */
  case(cases: readonly Image[]): Image {
    return this.call('case', { index: this as unknown as Image, cases })['out'] as Image;
  }

  /** Cast an image. */
  cast(format: BandFormat, options: { shift?: boolean | undefined } = {}): Image {
    return this.call('cast', { in: this as unknown as Image, format, ...options })['out'] as Image;
  }

  /** Clamp values of an image. */
  clamp(options: { min?: number | undefined; max?: number | undefined } = {}): Image {
    return this.call('clamp', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Convert to a new colorspace. */
  colourspace(space: Interpretation, options: { source_space?: Interpretation | undefined } = {}): Image {
    return this.call('colourspace', { in: this as unknown as Image, space, ...options })['out'] as Image;
  }

  /** Convolve with rotating mask. */
  compass(mask: Image, options: { times?: number | undefined; angle?: Angle45 | undefined; combine?: Combine | undefined; precision?: Precision | undefined; layers?: number | undefined; cluster?: number | undefined } = {}): Image {
    return this.call('compass', { in: this as unknown as Image, mask, ...options })['out'] as Image;
  }

  /** Perform a complex operation on an image. */
  complex(cmplx: OperationComplex): Image {
    return this.call('complex', { in: this as unknown as Image, cmplx })['out'] as Image;
  }

  /** Complex binary operations on two images. */
  complex2(right: Image, cmplx: OperationComplex2): Image {
    return this.call('complex2', { left: this as unknown as Image, right, cmplx })['out'] as Image;
  }

  /** Form a complex image from two real images. */
  complexform(right: Image): Image {
    return this.call('complexform', { left: this as unknown as Image, right })['out'] as Image;
  }

  /** Get a component from a complex image. */
  complexget(get: OperationComplexget): Image {
    return this.call('complexget', { in: this as unknown as Image, get })['out'] as Image;
  }

  /** Blend a pair of images with a blend mode. */
  composite2(overlay: Image, mode: BlendMode, options: { x?: number | undefined; y?: number | undefined; compositing_space?: Interpretation | undefined; premultiplied?: boolean | undefined } = {}): Image {
    return this.call('composite2', { base: this as unknown as Image, overlay, mode, ...options })['out'] as Image;
  }

  /** Convolution operation. */
  conv(mask: Image, options: { precision?: Precision | undefined; layers?: number | undefined; cluster?: number | undefined } = {}): Image {
    return this.call('conv', { in: this as unknown as Image, mask, ...options })['out'] as Image;
  }

  /** Approximate integer convolution. */
  conva(mask: Image, options: { layers?: number | undefined; cluster?: number | undefined } = {}): Image {
    return this.call('conva', { in: this as unknown as Image, mask, ...options })['out'] as Image;
  }

  /** Approximate separable integer convolution. */
  convasep(mask: Image, options: { layers?: number | undefined } = {}): Image {
    return this.call('convasep', { in: this as unknown as Image, mask, ...options })['out'] as Image;
  }

  /** Float convolution operation. */
  convf(mask: Image): Image {
    return this.call('convf', { in: this as unknown as Image, mask })['out'] as Image;
  }

  /** Int convolution operation. */
  convi(mask: Image): Image {
    return this.call('convi', { in: this as unknown as Image, mask })['out'] as Image;
  }

  /** Separable convolution operation. */
  convsep(mask: Image, options: { precision?: Precision | undefined; layers?: number | undefined; cluster?: number | undefined } = {}): Image {
    return this.call('convsep', { in: this as unknown as Image, mask, ...options })['out'] as Image;
  }

  /** Copy an image. */
  copy(options: { width?: number | undefined; height?: number | undefined; bands?: number | undefined; format?: BandFormat | undefined; coding?: Coding | undefined; interpretation?: Interpretation | undefined; xres?: number | undefined; yres?: number | undefined; xoffset?: number | undefined; yoffset?: number | undefined } = {}): Image {
    return this.call('copy', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Count lines in an image. */
  countlines(direction: Direction): number {
    return this.call('countlines', { in: this as unknown as Image, direction })['nolines'] as number;
  }

  /** Calculate dE00. */
  dE00(right: Image): Image {
    return this.call('dE00', { left: this as unknown as Image, right })['out'] as Image;
  }

  /** Calculate dE76. */
  dE76(right: Image): Image {
    return this.call('dE76', { left: this as unknown as Image, right })['out'] as Image;
  }

  /** Calculate dECMC. */
  dECMC(right: Image): Image {
    return this.call('dECMC', { left: this as unknown as Image, right })['out'] as Image;
  }

  /** Find image standard deviation. */
  deviate(): number {
    return this.call('deviate', { in: this as unknown as Image })['out'] as number;
  }

  /** Divide two images. */
  divide(right: Image): Image {
    return this.call('divide', { left: this as unknown as Image, right })['out'] as Image;
  }

  /** Draw a circle on an image. */
  drawCircle(ink: readonly number[], cx: number, cy: number, radius: number, options: { fill?: boolean | undefined } = {}): Image {
    return this.call('draw_circle', { image: this as unknown as Image, ink, cx, cy, radius, ...options })['image'] as Image;
  }

  /** Flood-fill an area. */
  drawFlood(ink: readonly number[], x: number, y: number, options: { test?: Image | undefined; equal?: boolean | undefined } = {}): Image {
    return this.call('draw_flood', { image: this as unknown as Image, ink, x, y, ...options })['image'] as Image;
  }

  /** Paint an image into another image. */
  drawImage(sub: Image, x: number, y: number, options: { mode?: CombineMode | undefined } = {}): Image {
    return this.call('draw_image', { image: this as unknown as Image, sub, x, y, ...options })['image'] as Image;
  }

  /** Draw a line on an image. */
  drawLine(ink: readonly number[], x1: number, y1: number, x2: number, y2: number): Image {
    return this.call('draw_line', { image: this as unknown as Image, ink, x1, y1, x2, y2 })['image'] as Image;
  }

  /** Draw a mask on an image. */
  drawMask(ink: readonly number[], mask: Image, x: number, y: number): Image {
    return this.call('draw_mask', { image: this as unknown as Image, ink, mask, x, y })['image'] as Image;
  }

  /** Paint a rectangle on an image. */
  drawRect(ink: readonly number[], left: number, top: number, width: number, height: number, options: { fill?: boolean | undefined } = {}): Image {
    return this.call('draw_rect', { image: this as unknown as Image, ink, left, top, width, height, ...options })['image'] as Image;
  }

  /** Blur a rectangle on an image. */
  drawSmudge(left: number, top: number, width: number, height: number): Image {
    return this.call('draw_smudge', { image: this as unknown as Image, left, top, width, height })['image'] as Image;
  }

  /** Save image to dz buffer. */
  dzsaveBuffer(options: { imagename?: string | undefined; layout?: DzLayout | undefined; suffix?: string | undefined; overlap?: number | undefined; tile_size?: number | undefined; centre?: boolean | undefined; depth?: DzDepth | undefined; angle?: Angle | undefined; container?: DzContainer | undefined; compression?: number | undefined; region_shrink?: RegionShrink | undefined; skip_blanks?: number | undefined; id?: string | undefined; Q?: number | undefined; keep?: Keep | readonly Keep[] | undefined; background?: readonly number[] | undefined; page_height?: number | undefined; profile?: string | undefined } = {}): Uint8Array {
    return this.call('dzsave_buffer', { in: this as unknown as Image, ...options })['buffer'] as Uint8Array;
  }

  /** Embed an image in a larger image. */
  embed(x: number, y: number, width: number, height: number, options: { extend?: Extend | undefined; background?: readonly number[] | undefined } = {}): Image {
    return this.call('embed', { in: this as unknown as Image, x, y, width, height, ...options })['out'] as Image;
  }

  /** Extract an area from an image. */
  extractArea(left: number, top: number, width: number, height: number): Image {
    return this.call('extract_area', { input: this as unknown as Image, left, top, width, height })['out'] as Image;
  }

  /** Extract band from an image. */
  extractBand(band: number, options: { n?: number | undefined } = {}): Image {
    return this.call('extract_band', { in: this as unknown as Image, band, ...options })['out'] as Image;
  }

  /** False-color an image. */
  falsecolour(): Image {
    return this.call('falsecolour', { in: this as unknown as Image })['out'] as Image;
  }

  /** Fast correlation. */
  fastcor(ref: Image): Image {
    return this.call('fastcor', { in: this as unknown as Image, ref })['out'] as Image;
  }

  /** Fill image zeros with nearest non-zero pixel. */
  fillNearest(): Image {
    return this.call('fill_nearest', { in: this as unknown as Image })['out'] as Image;
  }

  /** Search an image for non-edge areas. */
  findTrim(options: { threshold?: number | undefined; background?: readonly number[] | undefined; line_art?: boolean | undefined } = {}): { left: number; top: number; width: number; height: number } {
    return this.call('find_trim', { in: this as unknown as Image, ...options }) as { left: number; top: number; width: number; height: number };
  }

  /** Flatten alpha out of an image. */
  flatten(options: { background?: readonly number[] | undefined; max_alpha?: number | undefined } = {}): Image {
    return this.call('flatten', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Flip an image. */
  flip(direction: Direction): Image {
    return this.call('flip', { in: this as unknown as Image, direction })['out'] as Image;
  }

  /** Transform float RGB to Radiance coding. */
  float2rad(): Image {
    return this.call('float2rad', { in: this as unknown as Image })['out'] as Image;
  }

  /** Frequency-domain filtering. */
  freqmult(mask: Image): Image {
    return this.call('freqmult', { in: this as unknown as Image, mask })['out'] as Image;
  }

  /** Gamma an image. */
  gamma(options: { exponent?: number | undefined } = {}): Image {
    return this.call('gamma', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Gaussian blur. */
  gaussblur(sigma: number, options: { min_ampl?: number | undefined; precision?: Precision | undefined } = {}): Image {
    return this.call('gaussblur', { in: this as unknown as Image, sigma, ...options })['out'] as Image;
  }

  /** Read a point from an image. */
  getpoint(x: number, y: number, options: { unpack_complex?: boolean | undefined } = {}): readonly number[] {
    return this.call('getpoint', { in: this as unknown as Image, x, y, ...options })['out_array'] as readonly number[];
  }

  /** Save as gif. */
  gifsaveBuffer(options: { dither?: number | undefined; effort?: number | undefined; bitdepth?: number | undefined; interframe_maxerror?: number | undefined; reuse?: boolean | undefined; interpalette_maxerror?: number | undefined; interlace?: boolean | undefined; keep_duplicate_frames?: boolean | undefined; keep?: Keep | readonly Keep[] | undefined; background?: readonly number[] | undefined; page_height?: number | undefined; profile?: string | undefined } = {}): Uint8Array {
    return this.call('gifsave_buffer', { in: this as unknown as Image, ...options })['buffer'] as Uint8Array;
  }

  /** Global balance an image mosaic. */
  globalbalance(options: { gamma?: number | undefined; int_output?: boolean | undefined } = {}): Image {
    return this.call('globalbalance', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Place an image within a larger image with a certain gravity. */
  gravity(direction: CompassDirection, width: number, height: number, options: { extend?: Extend | undefined; background?: readonly number[] | undefined } = {}): Image {
    return this.call('gravity', { in: this as unknown as Image, direction, width, height, ...options })['out'] as Image;
  }

  /** Grid an image. */
  grid(tileHeight: number, across: number, down: number): Image {
    return this.call('grid', { in: this as unknown as Image, tile_height: tileHeight, across, down })['out'] as Image;
  }

  /** Save image in HEIF format. */
  heifsaveBuffer(options: { Q?: number | undefined; bitdepth?: number | undefined; lossless?: boolean | undefined; compression?: HeifCompression | undefined; effort?: number | undefined; subsample_mode?: Subsample | undefined; encoder?: HeifEncoder | undefined; tune?: string | undefined; keep?: Keep | readonly Keep[] | undefined; background?: readonly number[] | undefined; page_height?: number | undefined; profile?: string | undefined } = {}): Uint8Array {
    return this.call('heifsave_buffer', { in: this as unknown as Image, ...options })['buffer'] as Uint8Array;
  }

  /** Form cumulative histogram. */
  histCum(): Image {
    return this.call('hist_cum', { in: this as unknown as Image })['out'] as Image;
  }

  /** Estimate image entropy. */
  histEntropy(): number {
    return this.call('hist_entropy', { in: this as unknown as Image })['out'] as number;
  }

  /** Histogram equalisation. */
  histEqual(options: { band?: number | undefined } = {}): Image {
    return this.call('hist_equal', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Find image histogram. */
  histFind(options: { band?: number | undefined } = {}): Image {
    return this.call('hist_find', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Find indexed image histogram. */
  histFindIndexed(index: Image, options: { combine?: Combine | undefined } = {}): Image {
    return this.call('hist_find_indexed', { in: this as unknown as Image, index, ...options })['out'] as Image;
  }

  /** Find n-dimensional image histogram. */
  histFindNdim(options: { bins?: number | undefined } = {}): Image {
    return this.call('hist_find_ndim', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Test for monotonicity. */
  histIsmonotonic(): boolean {
    return this.call('hist_ismonotonic', { in: this as unknown as Image })['monotonic'] as boolean;
  }

  /** Local histogram equalisation. */
  histLocal(width: number, height: number, options: { max_slope?: number | undefined } = {}): Image {
    return this.call('hist_local', { in: this as unknown as Image, width, height, ...options })['out'] as Image;
  }

  /** Match two histograms. */
  histMatch(ref: Image): Image {
    return this.call('hist_match', { in: this as unknown as Image, ref })['out'] as Image;
  }

  /** Normalise histogram. */
  histNorm(): Image {
    return this.call('hist_norm', { in: this as unknown as Image })['out'] as Image;
  }

  /** Plot histogram. */
  histPlot(): Image {
    return this.call('hist_plot', { in: this as unknown as Image })['out'] as Image;
  }

  /** Find hough circle transform. */
  houghCircle(options: { scale?: number | undefined; min_radius?: number | undefined; max_radius?: number | undefined } = {}): Image {
    return this.call('hough_circle', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Find hough line transform. */
  houghLine(options: { width?: number | undefined; height?: number | undefined } = {}): Image {
    return this.call('hough_line', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Output to device with ICC profile. */
  iccExport(options: { pcs?: PCS | undefined; intent?: Intent | undefined; black_point_compensation?: boolean | undefined; output_profile?: string | undefined; depth?: number | undefined } = {}): Image {
    return this.call('icc_export', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Import from device with ICC profile. */
  iccImport(options: { pcs?: PCS | undefined; intent?: Intent | undefined; black_point_compensation?: boolean | undefined; embedded?: boolean | undefined; input_profile?: string | undefined } = {}): Image {
    return this.call('icc_import', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Transform between devices with ICC profiles. */
  iccTransform(outputProfile: string, options: { pcs?: PCS | undefined; intent?: Intent | undefined; black_point_compensation?: boolean | undefined; embedded?: boolean | undefined; input_profile?: string | undefined; depth?: number | undefined } = {}): Image {
    return this.call('icc_transform', { in: this as unknown as Image, output_profile: outputProfile, ...options })['out'] as Image;
  }

  /** Ifthenelse an image. */
  ifthenelse(in1: Image, in2: Image, options: { blend?: boolean | undefined } = {}): Image {
    return this.call('ifthenelse', { cond: this as unknown as Image, in1, in2, ...options })['out'] as Image;
  }

  /** Insert image @sub into @main at @x, @y. */
  insert(sub: Image, x: number, y: number, options: { expand?: boolean | undefined; background?: readonly number[] | undefined } = {}): Image {
    return this.call('insert', { main: this as unknown as Image, sub, x, y, ...options })['out'] as Image;
  }

  /** Invert an image. */
  invert(): Image {
    return this.call('invert', { in: this as unknown as Image })['out'] as Image;
  }

  /** Build an inverted look-up table. */
  invertlut(options: { size?: number | undefined } = {}): Image {
    return this.call('invertlut', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Join a pair of images. */
  join(in2: Image, direction: Direction, options: { expand?: boolean | undefined; shim?: number | undefined; background?: readonly number[] | undefined; align?: Align | undefined } = {}): Image {
    return this.call('join', { in1: this as unknown as Image, in2, direction, ...options })['out'] as Image;
  }

  /** Save as jpeg. */
  jpegsaveBuffer(options: { Q?: number | undefined; optimize_coding?: boolean | undefined; interlace?: boolean | undefined; trellis_quant?: boolean | undefined; overshoot_deringing?: boolean | undefined; optimize_scans?: boolean | undefined; quant_table?: number | undefined; subsample_mode?: Subsample | undefined; restart_interval?: number | undefined; keep?: Keep | readonly Keep[] | undefined; background?: readonly number[] | undefined; page_height?: number | undefined; profile?: string | undefined } = {}): Uint8Array {
    return this.call('jpegsave_buffer', { in: this as unknown as Image, ...options })['buffer'] as Uint8Array;
  }

  /** Save image to jpeg mime. */
  jpegsaveMime(options: { Q?: number | undefined; optimize_coding?: boolean | undefined; interlace?: boolean | undefined; trellis_quant?: boolean | undefined; overshoot_deringing?: boolean | undefined; optimize_scans?: boolean | undefined; quant_table?: number | undefined; subsample_mode?: Subsample | undefined; restart_interval?: number | undefined; keep?: Keep | readonly Keep[] | undefined; background?: readonly number[] | undefined; page_height?: number | undefined; profile?: string | undefined } = {}): void {
    this.call('jpegsave_mime', { in: this as unknown as Image, ...options });
  }

  /** Label regions in an image. */
  labelregions(): Image {
    return this.call('labelregions', { in: this as unknown as Image })['mask'] as Image;
  }

  /** Calculate (a * in + b). */
  linear(a: readonly number[], b: readonly number[], options: { uchar?: boolean | undefined } = {}): Image {
    return this.call('linear', { in: this as unknown as Image, a, b, ...options })['out'] as Image;
  }

  /** Cache an image as a set of lines. */
  linecache(options: { tile_height?: number | undefined; access?: Access | undefined; threaded?: boolean | undefined; persistent?: boolean | undefined } = {}): Image {
    return this.call('linecache', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Resample with a map image. */
  mapim(index: Image, options: { background?: readonly number[] | undefined; premultiplied?: boolean | undefined; extend?: Extend | undefined } = {}): Image {
    return this.call('mapim', { in: this as unknown as Image, index, ...options })['out'] as Image;
  }

  /** Map an image though a lut. */
  maplut(lut: Image, options: { band?: number | undefined } = {}): Image {
    return this.call('maplut', { in: this as unknown as Image, lut, ...options })['out'] as Image;
  }

  /** First-order match of two images. */
  match(sec: Image, xr1: number, yr1: number, xs1: number, ys1: number, xr2: number, yr2: number, xs2: number, ys2: number, options: { hwindow?: number | undefined; harea?: number | undefined; search?: boolean | undefined } = {}): Image {
    return this.call('match', { ref: this as unknown as Image, sec, xr1, yr1, xs1, ys1, xr2, yr2, xs2, ys2, ...options })['out'] as Image;
  }

  /** Apply a math operation to an image. */
  math(math: OperationMath): Image {
    return this.call('math', { in: this as unknown as Image, math })['out'] as Image;
  }

  /** Binary math operations. */
  math2(right: Image, math2: OperationMath2): Image {
    return this.call('math2', { left: this as unknown as Image, right, math2 })['out'] as Image;
  }

  /** Binary math operations with a constant. */
  math2Const(math2: OperationMath2, c: readonly number[]): Image {
    return this.call('math2_const', { in: this as unknown as Image, math2, c })['out'] as Image;
  }

  /** Invert a matrix. */
  matrixinvert(): Image {
    return this.call('matrixinvert', { in: this as unknown as Image })['out'] as Image;
  }

  /** Multiply two matrices. */
  matrixmultiply(right: Image): Image {
    return this.call('matrixmultiply', { left: this as unknown as Image, right })['out'] as Image;
  }

  /** Print matrix. */
  matrixprint(options: { keep?: Keep | readonly Keep[] | undefined; background?: readonly number[] | undefined; page_height?: number | undefined; profile?: string | undefined } = {}): void {
    this.call('matrixprint', { in: this as unknown as Image, ...options });
  }

  /** Find image maximum. */
  max(options: { size?: number | undefined } = {}): number {
    return this.call('max', { in: this as unknown as Image, ...options })['out'] as number;
  }

  /** Maximum of a pair of images. */
  maxpair(right: Image): Image {
    return this.call('maxpair', { left: this as unknown as Image, right })['out'] as Image;
  }

  /** Measure a set of patches on a color chart. */
  measure(h: number, v: number, options: { left?: number | undefined; top?: number | undefined; width?: number | undefined; height?: number | undefined } = {}): Image {
    return this.call('measure', { in: this as unknown as Image, h, v, ...options })['out'] as Image;
  }

  /** Merge two images. */
  merge(sec: Image, direction: Direction, dx: number, dy: number, options: { mblend?: number | undefined } = {}): Image {
    return this.call('merge', { ref: this as unknown as Image, sec, direction, dx, dy, ...options })['out'] as Image;
  }

  /** Find image minimum. */
  min(options: { size?: number | undefined } = {}): number {
    return this.call('min', { in: this as unknown as Image, ...options })['out'] as number;
  }

  /** Minimum of a pair of images. */
  minpair(right: Image): Image {
    return this.call('minpair', { left: this as unknown as Image, right })['out'] as Image;
  }

  /** Morphology operation. */
  morph(mask: Image, morph: OperationMorphology): Image {
    return this.call('morph', { in: this as unknown as Image, mask, morph })['out'] as Image;
  }

  /** Mosaic two images. */
  mosaic(sec: Image, direction: Direction, xref: number, yref: number, xsec: number, ysec: number, options: { hwindow?: number | undefined; harea?: number | undefined; mblend?: number | undefined; bandno?: number | undefined } = {}): Image {
    return this.call('mosaic', { ref: this as unknown as Image, sec, direction, xref, yref, xsec, ysec, ...options })['out'] as Image;
  }

  /** First-order mosaic of two images. */
  mosaic1(sec: Image, direction: Direction, xr1: number, yr1: number, xs1: number, ys1: number, xr2: number, yr2: number, xs2: number, ys2: number, options: { hwindow?: number | undefined; harea?: number | undefined; search?: boolean | undefined; mblend?: number | undefined } = {}): Image {
    return this.call('mosaic1', { ref: this as unknown as Image, sec, direction, xr1, yr1, xs1, ys1, xr2, yr2, xs2, ys2, ...options })['out'] as Image;
  }

  /** Pick most-significant byte from an image. */
  msb(options: { band?: number | undefined } = {}): Image {
    return this.call('msb', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Multiply two images. */
  multiply(right: Image): Image {
    return this.call('multiply', { left: this as unknown as Image, right })['out'] as Image;
  }

  /** Find threshold for percent of pixels. */
  percent(percent: number): number {
    return this.call('percent', { in: this as unknown as Image, percent })['threshold'] as number;
  }

  /** Calculate phase correlation. */
  phasecor(in2: Image): Image {
    return this.call('phasecor', { in: this as unknown as Image, in2 })['out'] as Image;
  }

  /** Save image to buffer as png. */
  pngsaveBuffer(options: { compression?: number | undefined; interlace?: boolean | undefined; filter?: PngFilter | readonly PngFilter[] | undefined; palette?: boolean | undefined; Q?: number | undefined; dither?: number | undefined; bitdepth?: number | undefined; effort?: number | undefined; keep?: Keep | readonly Keep[] | undefined; background?: readonly number[] | undefined; page_height?: number | undefined; profile?: string | undefined } = {}): Uint8Array {
    return this.call('pngsave_buffer', { in: this as unknown as Image, ...options })['buffer'] as Uint8Array;
  }

  /** Premultiply image alpha. */
  premultiply(options: { max_alpha?: number | undefined } = {}): Image {
    return this.call('premultiply', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Prewitt edge detector. */
  prewitt(): Image {
    return this.call('prewitt', { in: this as unknown as Image })['out'] as Image;
  }

  /** Find image profiles. */
  profile(): { columns: Image; rows: Image } {
    return this.call('profile', { in: this as unknown as Image }) as { columns: Image; rows: Image };
  }

  /** Find image projections. */
  project(): { columns: Image; rows: Image } {
    return this.call('project', { in: this as unknown as Image }) as { columns: Image; rows: Image };
  }

  /** Resample an image with a quadratic transform. */
  quadratic(coeff: Image): Image {
    return this.call('quadratic', { in: this as unknown as Image, coeff })['out'] as Image;
  }

  /** Unpack Radiance coding to float RGB. */
  rad2float(): Image {
    return this.call('rad2float', { in: this as unknown as Image })['out'] as Image;
  }

  /** Rank filter. */
  rank(width: number, height: number, index: number): Image {
    return this.call('rank', { in: this as unknown as Image, width, height, index })['out'] as Image;
  }

  /** Write raw image to buffer. */
  rawsaveBuffer(options: { keep?: Keep | readonly Keep[] | undefined; background?: readonly number[] | undefined; page_height?: number | undefined; profile?: string | undefined } = {}): Uint8Array {
    return this.call('rawsave_buffer', { in: this as unknown as Image, ...options })['buffer'] as Uint8Array;
  }

  /** Linear recombination with matrix. */
  recomb(m: Image): Image {
    return this.call('recomb', { in: this as unknown as Image, m })['out'] as Image;
  }

  /** Reduce an image. */
  reduce(hshrink: number, vshrink: number, options: { kernel?: Kernel | undefined; gap?: number | undefined } = {}): Image {
    return this.call('reduce', { in: this as unknown as Image, hshrink, vshrink, ...options })['out'] as Image;
  }

  /** Shrink an image horizontally. */
  reduceh(hshrink: number, options: { kernel?: Kernel | undefined; gap?: number | undefined } = {}): Image {
    return this.call('reduceh', { in: this as unknown as Image, hshrink, ...options })['out'] as Image;
  }

  /** Shrink an image vertically. */
  reducev(vshrink: number, options: { kernel?: Kernel | undefined; gap?: number | undefined } = {}): Image {
    return this.call('reducev', { in: this as unknown as Image, vshrink, ...options })['out'] as Image;
  }

  /** Relational operation on two images. */
  relational(right: Image, relational: OperationRelational): Image {
    return this.call('relational', { left: this as unknown as Image, right, relational })['out'] as Image;
  }

  /** Relational operations against a constant. */
  relationalConst(relational: OperationRelational, c: readonly number[]): Image {
    return this.call('relational_const', { in: this as unknown as Image, relational, c })['out'] as Image;
  }

  /** Remainder after integer division of two images. */
  remainder(right: Image): Image {
    return this.call('remainder', { left: this as unknown as Image, right })['out'] as Image;
  }

  /** Remainder after integer division of an image and a constant. */
  remainderConst(c: readonly number[]): Image {
    return this.call('remainder_const', { in: this as unknown as Image, c })['out'] as Image;
  }

  /** Rebuild an mosaiced image. */
  remosaic(oldStr: string, newStr: string): Image {
    return this.call('remosaic', { in: this as unknown as Image, old_str: oldStr, new_str: newStr })['out'] as Image;
  }

  /** Replicate an image. */
  replicate(across: number, down: number): Image {
    return this.call('replicate', { in: this as unknown as Image, across, down })['out'] as Image;
  }

  /** Resize an image. */
  resize(scale: number, options: { kernel?: Kernel | undefined; gap?: number | undefined; vscale?: number | undefined } = {}): Image {
    return this.call('resize', { in: this as unknown as Image, scale, ...options })['out'] as Image;
  }

  /** Rotate an image. */
  rot(angle: Angle): Image {
    return this.call('rot', { in: this as unknown as Image, angle })['out'] as Image;
  }

  /** Rotate an image. */
  rot45(options: { angle?: Angle45 | undefined } = {}): Image {
    return this.call('rot45', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Rotate an image by a number of degrees. */
  rotate(angle: number, options: { background?: readonly number[] | undefined; odx?: number | undefined; ody?: number | undefined; idx?: number | undefined; idy?: number | undefined } = {}): Image {
    return this.call('rotate', { in: this as unknown as Image, angle, ...options })['out'] as Image;
  }

  /** Perform a round function on an image. */
  round(round: OperationRound): Image {
    return this.call('round', { in: this as unknown as Image, round })['out'] as Image;
  }

  /** Transform sRGB to HSV. */
  sRGB2HSV(): Image {
    return this.call('sRGB2HSV', { in: this as unknown as Image })['out'] as Image;
  }

  /** Convert an sRGB image to scRGB. */
  sRGB2scRGB(): Image {
    return this.call('sRGB2scRGB', { in: this as unknown as Image })['out'] as Image;
  }

  /** Convert scRGB to BW. */
  scRGB2BW(options: { depth?: number | undefined } = {}): Image {
    return this.call('scRGB2BW', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Transform scRGB to XYZ. */
  scRGB2XYZ(): Image {
    return this.call('scRGB2XYZ', { in: this as unknown as Image })['out'] as Image;
  }

  /** Convert scRGB to sRGB. */
  scRGB2sRGB(options: { depth?: number | undefined } = {}): Image {
    return this.call('scRGB2sRGB', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Scale an image to uchar. */
  scale(options: { exp?: number | undefined; log?: boolean | undefined } = {}): Image {
    return this.call('scale', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Scharr edge detector. */
  scharr(): Image {
    return this.call('scharr', { in: this as unknown as Image })['out'] as Image;
  }

  /** Check sequential access. */
  sequential(options: { tile_height?: number | undefined } = {}): Image {
    return this.call('sequential', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Unsharp masking for print. */
  sharpen(options: { sigma?: number | undefined; x1?: number | undefined; y2?: number | undefined; y3?: number | undefined; m1?: number | undefined; m2?: number | undefined } = {}): Image {
    return this.call('sharpen', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Shrink an image. */
  shrink(hshrink: number, vshrink: number, options: { ceil?: boolean | undefined } = {}): Image {
    return this.call('shrink', { in: this as unknown as Image, hshrink, vshrink, ...options })['out'] as Image;
  }

  /** Shrink an image horizontally. */
  shrinkh(hshrink: number, options: { ceil?: boolean | undefined } = {}): Image {
    return this.call('shrinkh', { in: this as unknown as Image, hshrink, ...options })['out'] as Image;
  }

  /** Shrink an image vertically. */
  shrinkv(vshrink: number, options: { ceil?: boolean | undefined } = {}): Image {
    return this.call('shrinkv', { in: this as unknown as Image, vshrink, ...options })['out'] as Image;
  }

  /** Unit vector of pixel. */
  sign(): Image {
    return this.call('sign', { in: this as unknown as Image })['out'] as Image;
  }

  /** Similarity transform of an image. */
  similarity(options: { scale?: number | undefined; angle?: number | undefined; background?: readonly number[] | undefined; odx?: number | undefined; ody?: number | undefined; idx?: number | undefined; idy?: number | undefined } = {}): Image {
    return this.call('similarity', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Extract an area from an image. */
  smartcrop(width: number, height: number, options: { interesting?: Interesting | undefined; premultiplied?: boolean | undefined } = {}): Image {
    return this.call('smartcrop', { input: this as unknown as Image, width, height, ...options })['out'] as Image;
  }

  /** Sobel edge detector. */
  sobel(): Image {
    return this.call('sobel', { in: this as unknown as Image })['out'] as Image;
  }

  /** Spatial correlation. */
  spcor(ref: Image): Image {
    return this.call('spcor', { in: this as unknown as Image, ref })['out'] as Image;
  }

  /** Make displayable power spectrum. */
  spectrum(): Image {
    return this.call('spectrum', { in: this as unknown as Image })['out'] as Image;
  }

  /** Find many image stats. */
  stats(): Image {
    return this.call('stats', { in: this as unknown as Image })['out'] as Image;
  }

  /** Statistical difference. */
  stdif(width: number, height: number, options: { s0?: number | undefined; b?: number | undefined; m0?: number | undefined; a?: number | undefined } = {}): Image {
    return this.call('stdif', { in: this as unknown as Image, width, height, ...options })['out'] as Image;
  }

  /** Subsample an image. */
  subsample(xfac: number, yfac: number, options: { point?: boolean | undefined } = {}): Image {
    return this.call('subsample', { input: this as unknown as Image, xfac, yfac, ...options })['out'] as Image;
  }

  /** Subtract two images. */
  subtract(right: Image): Image {
    return this.call('subtract', { left: this as unknown as Image, right })['out'] as Image;
  }

  /** Generate thumbnail from image. */
  thumbnailImage(width: number, options: { height?: number | undefined; size?: Size | undefined; no_rotate?: boolean | undefined; crop?: Interesting | undefined; linear?: boolean | undefined; input_profile?: string | undefined; output_profile?: string | undefined; intent?: Intent | undefined; fail_on?: FailOn | undefined } = {}): Image {
    return this.call('thumbnail_image', { in: this as unknown as Image, width, ...options })['out'] as Image;
  }

  /** Save image to tiff buffer. */
  tiffsaveBuffer(options: { compression?: TiffCompression | undefined; Q?: number | undefined; predictor?: TiffPredictor | undefined; tile?: boolean | undefined; tile_width?: number | undefined; tile_height?: number | undefined; pyramid?: boolean | undefined; miniswhite?: boolean | undefined; bitdepth?: number | undefined; resunit?: TiffResunit | undefined; xres?: number | undefined; yres?: number | undefined; bigtiff?: boolean | undefined; properties?: boolean | undefined; region_shrink?: RegionShrink | undefined; level?: number | undefined; lossless?: boolean | undefined; depth?: DzDepth | undefined; subifd?: boolean | undefined; premultiply?: boolean | undefined; keep?: Keep | readonly Keep[] | undefined; background?: readonly number[] | undefined; page_height?: number | undefined; profile?: string | undefined } = {}): Uint8Array {
    return this.call('tiffsave_buffer', { in: this as unknown as Image, ...options })['buffer'] as Uint8Array;
  }

  /** Cache an image as a set of tiles. */
  tilecache(options: { tile_width?: number | undefined; tile_height?: number | undefined; max_tiles?: number | undefined; access?: Access | undefined; threaded?: boolean | undefined; persistent?: boolean | undefined } = {}): Image {
    return this.call('tilecache', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Transpose3d an image. */
  transpose3d(options: { page_height?: number | undefined } = {}): Image {
    return this.call('transpose3d', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Transform uhdr to scRGB. */
  uhdr2scRGB(): Image {
    return this.call('uhdr2scRGB', { in: this as unknown as Image })['out'] as Image;
  }

  /** Save image in UltraHDR format. */
  uhdrsaveBuffer(options: { Q?: number | undefined; gainmap_scale_factor?: number | undefined; keep?: Keep | readonly Keep[] | undefined; background?: readonly number[] | undefined; page_height?: number | undefined; profile?: string | undefined } = {}): Uint8Array {
    return this.call('uhdrsave_buffer', { in: this as unknown as Image, ...options })['buffer'] as Uint8Array;
  }

  /** Unpremultiply image alpha. */
  unpremultiply(options: { max_alpha?: number | undefined; alpha_band?: number | undefined } = {}): Image {
    return this.call('unpremultiply', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Save as WebP. */
  webpsaveBuffer(options: { Q?: number | undefined; lossless?: boolean | undefined; exact?: boolean | undefined; preset?: WebpPreset | undefined; smart_subsample?: boolean | undefined; near_lossless?: boolean | undefined; alpha_q?: number | undefined; min_size?: boolean | undefined; kmin?: number | undefined; kmax?: number | undefined; effort?: number | undefined; target_size?: number | undefined; mixed?: boolean | undefined; smart_deblock?: boolean | undefined; passes?: number | undefined; keep?: Keep | readonly Keep[] | undefined; background?: readonly number[] | undefined; page_height?: number | undefined; profile?: string | undefined } = {}): Uint8Array {
    return this.call('webpsave_buffer', { in: this as unknown as Image, ...options })['buffer'] as Uint8Array;
  }

  /** Save image to webp mime. */
  webpsaveMime(options: { Q?: number | undefined; lossless?: boolean | undefined; exact?: boolean | undefined; preset?: WebpPreset | undefined; smart_subsample?: boolean | undefined; near_lossless?: boolean | undefined; alpha_q?: number | undefined; min_size?: boolean | undefined; kmin?: number | undefined; kmax?: number | undefined; effort?: number | undefined; target_size?: number | undefined; mixed?: boolean | undefined; smart_deblock?: boolean | undefined; passes?: number | undefined; keep?: Keep | readonly Keep[] | undefined; background?: readonly number[] | undefined; page_height?: number | undefined; profile?: string | undefined } = {}): void {
    this.call('webpsave_mime', { in: this as unknown as Image, ...options });
  }

  /** Wrap image origin. */
  wrap(options: { x?: number | undefined; y?: number | undefined } = {}): Image {
    return this.call('wrap', { in: this as unknown as Image, ...options })['out'] as Image;
  }

  /** Zoom an image. */
  zoom(xfac: number, yfac: number): Image {
    return this.call('zoom', { input: this as unknown as Image, xfac, yfac })['out'] as Image;
  }
}
