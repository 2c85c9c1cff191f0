/** The most tags that an S3 object can have. */
const MAX_TAGS = 10;

/**
 * Whether a text can be the tags of an S3 object: a query string of at most ten tags with keys of their own, each of 1 to
 * 128 characters and not Amazon's (`aws:`), and values of at most 256 (Amazon S3 User Guide, "Categorizing your objects
 * using tags"). Empty pairs, as in `a=1&&b=2`, are refused by servers.
 */
export function isTagging(text: string): boolean {
  if (/[\s;]|%(?![0-9a-fA-F]{2})|^&|&&|&$/.test(text)) return false;
  const tags = [...new URLSearchParams(text)];
  return (
    tags.length > 0 &&
    tags.length <= MAX_TAGS &&
    new Set(tags.map(([key]) => key)).size === tags.length &&
    tags.every(([key, value]) => isTagKey(key) && value.length <= 256)
  );
}

function isTagKey(key: string): boolean {
  return key.length >= 1 && key.length <= 128 && !/^aws:/i.test(key);
}
