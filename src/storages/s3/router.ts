import type { Blob, Stat } from '../../core/blob.ts';
import type { IoContext, Loader } from '../../core/ports.ts';
import { AppError } from '../../errors.ts';
import type { BucketSettings, RouterConfig } from './router-config.ts';

/** A bucket that was asked for an object; undefined where it has nothing to say about such a key. */
type Ask<Answer> = (bucket: Loader, key: string) => Promise<Answer | undefined>;

/**
 * Loads each image from the bucket that its key names: by a rule, else the default bucket, else, where there are neither
 * rules nor default, the very bucket that the pattern found. What is not there is looked for in the fallback buckets.
 *
 * @param open Connects a bucket; called once for each in the configuration.
 * @param anyBucket Takes `bucket/key`, and refuses what is no name of a bucket.
 */
export async function createS3Router(
  { route, rules, defaultBucket, fallbackBuckets }: RouterConfig,
  open: (bucket: BucketSettings) => Promise<Loader>,
  anyBucket: Loader,
): Promise<Loader> {
  const opened = new Map<string, Promise<Loader>>();
  const openOnce = (settings: BucketSettings): Promise<Loader> => {
    const id = JSON.stringify(settings);
    const bucket = opened.get(id) ?? open(settings);
    opened.set(id, bucket);
    return bucket;
  };
  const byMatch = new Map<string, Loader>();
  for (const [match, settings] of rules) byMatch.set(match, await openOnce(settings));
  const byDefault = defaultBucket && (await openOnce(defaultBucket));
  const fallbacks = await Promise.all(fallbackBuckets.map(openOnce));
  const isPassthrough = rules.size === 0 && !byDefault;

  /** The buckets that may have an image, in order, each with its key there. */
  const candidatesOf = (image: string): ReadonlyMap<Loader, string> => {
    const found = route(image);
    const key = found?.key ?? image;
    const own = (found && byMatch.get(found.bucket)) ?? byDefault;
    return new Map<Loader, string>([
      ...(own ? [[own, key] as const] : []),
      ...(found && isPassthrough ? [[anyBucket, `${found.bucket}/${key}`] as const] : []),
      ...fallbacks.filter((fallback) => fallback !== own).map((fallback) => [fallback, key] as const),
    ]);
  };

  const ask = async <Answer>(image: string, { signal }: IoContext, of: Ask<Answer>): Promise<Answer | undefined> => {
    let missing = new AppError('not-found', { detail: `no bucket for ${image}` });
    for (const [bucket, keyThere] of candidatesOf(image)) {
      try {
        return await of(bucket, keyThere);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof AppError) || error.code !== 'not-found') throw error;
        missing = error;
      }
    }
    throw missing;
  };

  return {
    name: 's3',
    isOwn: true,
    get: (image, context) => ask<Blob>(image, context, (bucket, key) => bucket.get(key, context)),
    stat: (image, context) => ask<Stat>(image, context, async (bucket, key) => bucket.stat?.(key, context)),
    locate(image) {
      return [...candidatesOf(image)].flatMap(([bucket, key]) => bucket.locate?.(key) ?? []);
    },
    identify(image) {
      return [...candidatesOf(image)].flatMap(([bucket, key]) => bucket.identify?.(key) ?? []);
    },
    async close() {
      const buckets = await Promise.all(opened.values());
      await Promise.all([...buckets, anyBucket].map((bucket) => bucket.close?.()));
    },
  };
}
