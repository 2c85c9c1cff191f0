import { nearestName } from './nearest-name.ts';
import { OPTIONS } from './option.ts';

/** Variables that begin so are meant for us, with the exceptions below. */
const PREFIXES = [
  'IMAGOR_',
  'SERVER_',
  'HTTP_LOADER_',
  'UPLOAD_LOADER_',
  'FILE_',
  'S3_',
  'AWS_LOADER_',
  'AWS_STORAGE_',
  'AWS_RESULT_STORAGE_',
  'GCLOUD_',
  'VIPS_',
  'PROMETHEUS_',
  'SENTRY_',
];

/** libvips' own variables, which the workers are given: it reads them itself. */
export const LIBVIPS_VARIABLES: ReadonlySet<string> = new Set(
  [
    'BLOCK_UNTRUSTED',
    'DISC_THRESHOLD',
    'INFO',
    'LEAK',
    'MAX_COORD',
    'MAX_THREADS',
    'MIN_STACK_SIZE',
    'NOVECTOR',
    'PIPE_READ_LIMIT',
    'PROFILE',
    'PROGRESS',
    'STALL',
    'TRACE',
    'WARNING',
  ].map((name) => `VIPS_${name}`),
);

/**
 * Kubernetes describes every service of the namespace to every container, and a service may well be called "imagor"
 * (kubernetes.io, "Service", environment variables).
 */
function isFromKubernetes(name: string, value: string): boolean {
  if (/_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name)) return true;
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value);
}

const names: readonly string[] = OPTIONS.map((option) => option.env);
const known: ReadonlySet<string> = new Set([...names, ...OPTIONS.map((option) => option.flag)]);

/** What to say about a variable that looks like one of ours and is none; undefined for all others. */
export function unknownVariableWarning(name: string, value: string): string | undefined {
  if (known.has(name) || !PREFIXES.some((prefix) => name.startsWith(prefix))) return undefined;
  if (LIBVIPS_VARIABLES.has(name) || isFromKubernetes(name, value)) return undefined;
  const nearest = nearestName(name, names);
  return `There is no option ${name}${nearest === undefined ? '.' : `; did you mean ${nearest}?`}`;
}
