/**
 * Loaders, and the savers of their formats, that run although libvips marks them as unfit for strangers' files. The npm
 * builds have the first only, which opens nothing outside its input; somebody who names a libvips with the others wants
 * their formats, and a decoder process has nothing to lose but itself. ImageMagick only gets files of the kinds that
 * source-loader.ts names.
 */
export const TRUSTED_LOADERS: readonly string[] = [
  'VipsForeignLoadSvg',
  'VipsForeignLoadPdf',
  'VipsForeignLoadJp2k',
  'VipsForeignLoadJxl',
  'VipsForeignSaveJp2k',
  'VipsForeignSaveJxl',
  'VipsForeignLoadMagick',
  'VipsForeignLoadMagick7',
];
