/** Statuses that a request of any kind may be answered with, refusals apart. */
const GOOD_STATUSES: ReadonlySet<number> = new Set([100, 200, 204, 206, 304, 307]);

/** What no client may be told, and how to recognise it. */
const SECRETS: Readonly<Record<string, RegExp>> = {
  'a path of this machine': /(?:^|[\s"'(:=])\/(?:tmp|home|work|root|usr|var|etc|proc)\/\S/,
  'the name of a module': /node_modules|node:internal|\.[cm]?js:\d+|dist\/src/,
  'a stack': /\n\s+at .+[:(]\d+/,
  // its sentences begin with the operation or the class that failed; "its libvips was built without …" is ours
  "libvips' own words":
    /\b(?:vips_\w+|Vips[A-Z]\w+|VIPS_\w+|(?:jpeg|png|webp|gif|heif|tiff|svg|pdf|jxl|jp2k|magick)(?:load|save)\w*):?\s|\bvips2\w+: |gobject|GLib/,
};

/**
 * What is wrong with an answer, whatever it answers.
 *
 * @param text Its head and, where it is no picture, its body.
 * @returns undefined for one that is as it should be.
 */
export function complaintAbout(status: number, text: string): string | undefined {
  if (!GOOD_STATUSES.has(status) && (status < 400 || status > 499)) return `answered ${status}`;
  return leakIn(text);
}

/** What a text tells that it should not. */
export function leakIn(text: string): string | undefined {
  const leak = Object.entries(SECRETS).find(([, pattern]) => pattern.test(text));
  return leak && `tells ${leak[0]}: ${JSON.stringify(leak[1].exec(text)?.[0])}`;
}
