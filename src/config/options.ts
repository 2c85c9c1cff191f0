/**
 * Every option there is. This is the only place where one is declared: the command line, the environment, `-h`,
 * docs/configuration.md, .env.example and the {@link Config} type are all made from it. {@link OptionRow} explains the
 * fields.
 *
 * A flag's environment variable is its name in upper snake case, without exception: `-imagor-secret`, `IMAGOR_SECRET`.
 */
export const OPTION_TABLE = {
  General: {
    port: {
      type: 'integer',
      default: '8000',
      min: 0,
      max: 65535,
      help: 'TCP port to listen on; 0 takes any free one.',
    },
    debug: { type: 'switch', help: 'Log what happens to every request, and more about each error.' },
    version: { type: 'switch', help: 'Print the version and stop.' },
    config: {
      type: 'text',
      default: '.env',
      help: 'File with further settings, one NAME=value a line; only the default may be missing.',
    },
    gomaxprocs: {
      type: 'integer',
      default: '0',
      inert: 'there is no Go runtime to tune, see IMAGOR_WORKERS',
      help: 'CPU limit of the Go runtime that imagor runs on.',
    },
  },

  Server: {
    bind: {
      type: 'address',
      help: 'Address and port to listen on, such as myhost:8888 or :8888; wins over SERVER_ADDRESS and PORT.',
    },
    'server-address': { type: 'host', help: 'Address to listen on; without one, all interfaces.' },
    'server-cors': { type: 'switch', help: 'Let scripts of any other origin read the answers (CORS).' },
    'server-strip-query-string': {
      type: 'switch',
      help: 'Redirect every URL that has a query string to the same URL without it.',
    },
    'server-path-prefix': { type: 'path', help: 'Serve everything below this path, such as /images.' },
    'server-access-log': { type: 'switch', help: 'Log one line for each request answered.' },
    // at most 596h: a timer of more than 2³¹−1 ms fires at once (Node.js, setTimeout)
    'server-drain-delay': {
      type: 'duration',
      default: '0s',
      max: 2_145_600_000,
      help: 'How long the server goes on accepting after SIGTERM while /readyz says 503, so that load balancers take note.',
    },
    'server-shutdown-timeout': {
      type: 'duration',
      default: '10s',
      max: 2_145_600_000,
      help: 'Longest time after that for requests under way and saves to finish; what is left then is cut off.',
    },
  },

  'imagor Core': {
    'imagor-secret': { type: 'text', secret: true, help: 'Key that URLs are signed with.' },
    'imagor-secrets': {
      type: 'list',
      secret: true,
      help: 'Several keys instead of one (csv), so that keys can be replaced: the first signs, all of them verify.',
    },
    'imagor-unsafe': {
      type: 'switch',
      help: 'Serve URLs that begin with /unsafe/ instead of a signature; for development only.',
    },
    'imagor-signer-type': {
      type: 'choice',
      default: 'sha1',
      choices: ['sha1', 'sha256', 'sha512'],
      help: 'Hash function of the URL signature.',
    },
    'imagor-signer-truncate': {
      type: 'integer',
      default: '0',
      min: 0,
      help: 'Characters of the signature that are kept; 0 keeps it whole.',
    },
    'imagor-auto-webp': {
      type: 'switch',
      help: 'Answer with WebP where the browser accepts it and the URL names no format.',
    },
    'imagor-auto-avif': {
      type: 'switch',
      help: 'Answer with AVIF where the browser accepts it and the URL names no format.',
    },
    'imagor-auto-jpeg': { type: 'switch', help: 'Answer with JPEG unless the URL names another format.' },
    'imagor-base-params': {
      type: 'text',
      help: 'Parameters put in front of those of every URL, such as filters:watermark(logo.png).',
    },
    'imagor-storage-path-style': {
      type: 'choice',
      default: 'original',
      choices: ['original', 'digest'],
      help: 'How the keys of stored sources are made: from the path of the image, or from its hash.',
    },
    'imagor-result-storage-path-style': {
      type: 'choice',
      default: 'original',
      choices: ['original', 'digest', 'suffix', 'size'],
      help: 'How the keys of stored results are made: from the path, its hash, or the image name with a hash or size added.',
    },
    'imagor-cache-header-ttl': {
      type: 'duration',
      default: '168h',
      zeroIsDefault: true,
      help: 'How long browsers and proxies may keep a picture (Cache-Control max-age).',
    },
    'imagor-cache-header-swr': {
      type: 'duration',
      default: '24h',
      zeroIsDefault: true,
      help: 'How long after that they may show the old picture while they fetch a new one (stale-while-revalidate).',
    },
    'imagor-cache-header-no-cache': {
      type: 'switch',
      help: 'Tell browsers and proxies to keep nothing; wins over both durations.',
    },
    'imagor-not-found-ttl': {
      type: 'duration',
      default: '10s',
      help: 'How long browsers and proxies may keep a 404; 0 for not at all.',
    },
    // at most 596h: a timer of more than 2³¹−1 ms fires at once (Node.js, setTimeout)
    'imagor-request-timeout': {
      type: 'duration',
      default: '30s',
      max: 2_145_600_000,
      zeroIsDefault: true,
      help: 'Longest time from the arrival of a request to its answer.',
    },
    'imagor-load-timeout': {
      type: 'duration',
      default: '20s',
      max: 2_145_600_000,
      zeroIsDefault: true,
      help: 'Longest time for fetching a source; keep it below IMAGOR_REQUEST_TIMEOUT.',
    },
    'imagor-save-timeout': {
      type: 'duration',
      default: '20s',
      max: 2_145_600_000,
      zeroIsDefault: true,
      help: 'Longest time for saving to a storage.',
    },
    'imagor-process-timeout': {
      type: 'duration',
      default: '20s',
      max: 2_145_600_000,
      zeroIsDefault: true,
      help: 'Longest time for transforming a picture. A worker process that does not stop by itself then is killed a second later.',
    },
    'imagor-process-concurrency': {
      type: 'integer',
      default: '0',
      min: -1,
      help: 'Requests that load and transform pictures at the same time; 0 means one for each worker, -1 no limit as in imagor 1.9.',
    },
    'imagor-process-queue-size': {
      type: 'integer',
      default: '256',
      min: -1,
      zeroIsDefault: true,
      help: 'Requests that may wait for their turn before more are answered 429; -1 sets no limit, as in imagor 1.9.',
    },
    'imagor-source-memory': {
      type: 'bytes',
      default: '536870912',
      help: 'Sources that may be in memory at once, in bytes (512 MiB); more requests wait; 0 sets no limit.',
    },
    'imagor-base-path-redirect': {
      type: 'text',
      help: 'Where to send those who open /, instead of showing the start page.',
    },
    'imagor-modified-time-check': {
      type: 'switch',
      help: 'Make a stored result again when its source has changed since; costs a look at the source for each request.',
    },
    'imagor-disable-params-endpoint': { type: 'switch', help: 'Switch off /params, which explains a URL as JSON.' },
    'imagor-disable-error-body': {
      type: 'switch',
      help: 'Send errors as a bare status code, without the JSON that explains them.',
    },
    'imagor-response-raw-on-error': {
      type: 'switch',
      help: 'Send the source as it is, with the status of the error, when it cannot be transformed.',
    },
    'imagor-max-overlays': {
      type: 'integer',
      default: '32',
      min: 0,
      help: 'Most images that the filters of one URL may load, nested ones counted.',
    },
    'imagor-max-overlay-depth': {
      type: 'integer',
      default: '5',
      min: 0,
      help: 'Deepest nesting of image filters inside image filters.',
    },
    'imagor-compat': {
      type: 'choice',
      choices: ['1.9'],
      help: 'Behave as that version of imagor where we differ on purpose; docs/differences.md lists where.',
    },
    'memory-result-storage-size': {
      type: 'bytes',
      default: '0',
      help: 'Memory for keeping the results asked for most; 0 keeps none.',
    },
  },

  Workers: {
    'imagor-workers': {
      type: 'integer',
      default: '0',
      min: 0,
      max: 1024,
      help: 'Processes that transform pictures; 0 starts one for each CPU core there is for us.',
    },
    'imagor-worker-max-memory': {
      type: 'bytes',
      default: '2147483648',
      help: 'A worker that grows beyond this (2 GiB) is stopped and its request answered 422; 0 sets no limit.',
    },
    'imagor-worker-recycle-memory': {
      type: 'bytes',
      default: '536870912',
      help: 'A worker left larger than this (512 MiB) by its last picture is replaced by a fresh one; 0 never does so.',
    },
    'imagor-worker-recycle-jobs': {
      type: 'integer',
      default: '0',
      min: 0,
      help: 'Replace a worker after this many pictures; 0 never does so.',
    },
    'libvips-path': {
      type: 'text',
      help: 'A libvips of your own, as the shared library or its folder, for formats that the bundled one lacks.',
    },
  },

  'HTTP Loader': {
    'http-loader-allowed-sources': {
      type: 'list',
      help: 'Hosts that sources may come from, as glob patterns such as *.example.com (csv); without any, all hosts.',
    },
    'http-loader-allowed-source-regexp': {
      type: 'regexp',
      help: 'Regular expression (RE2) of source URLs to allow, beside HTTP_LOADER_ALLOWED_SOURCES.',
    },
    'http-loader-base-url': {
      type: 'url',
      secret: true,
      help: 'URL that every image path is appended to; HTTP_LOADER_DEFAULT_SCHEME then means nothing.',
    },
    'http-loader-default-scheme': {
      type: 'choice',
      default: 'https',
      choices: ['https', 'http', 'nil'],
      help: 'Scheme of image URLs that name none; nil refuses those.',
    },
    'http-loader-https-only': { type: 'switch', help: 'Refuse sources and redirects that are not https.' },
    'http-loader-max-redirects': {
      type: 'integer',
      default: '10',
      min: 0,
      help: 'Redirects to follow for one source; 0 follows none.',
    },
    'http-loader-forward-headers': {
      type: 'list',
      help: "Headers of the client's request to pass on to the source's host (csv), such as User-Agent,Accept.",
    },
    'http-loader-forward-client-headers': {
      type: 'switch',
      help: "Pass all headers of the client's request on to the source's host.",
    },
    'http-loader-forward-all-headers': {
      type: 'switch',
      help: 'The name that HTTP_LOADER_FORWARD_CLIENT_HEADERS used to have.',
    },
    'http-loader-override-response-headers': {
      type: 'list',
      help: "Headers of the source's answer to copy into ours (csv), such as Cache-Control,Expires.",
    },
    'http-loader-accept': {
      type: 'text',
      default: '*/*',
      help: 'Accept header for sources; a source whose Content-Type it does not cover is refused.',
    },
    'http-loader-max-allowed-size': {
      type: 'bytes',
      default: '0',
      help: 'Largest source to load, in bytes; 0 sets no limit but IMAGOR_SOURCE_MEMORY.',
    },
    'http-loader-insecure-skip-verify-transport': {
      type: 'switch',
      help: "Accept any TLS certificate of a source's host, and so anybody who poses as it.",
    },
    'http-loader-proxy-urls': {
      type: 'urls',
      secret: true,
      help: 'Proxies to load sources through (csv), such as http://user:password@host:port; one is picked at random.',
    },
    'http-loader-proxy-allowed-sources': {
      type: 'list',
      help: 'Hosts that are reached through a proxy, as glob patterns (csv); without any, all hosts.',
    },
    'http-loader-block-loopback-networks': {
      type: 'switch',
      help: 'Refuse sources at loopback addresses (127.0.0.0/8, ::1).',
    },
    'http-loader-block-private-networks': {
      type: 'switch',
      help: 'Refuse sources at private addresses (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7).',
    },
    'http-loader-block-link-local-networks': {
      type: 'switch',
      default: 'true',
      help: 'Refuse sources at link-local addresses, where clouds keep credentials; 0 allows them, as imagor 1.9 does.',
    },
    'http-loader-block-networks': {
      type: 'networks',
      help: 'Further networks to refuse sources from, in CIDR notation (csv), such as 203.0.113.0/24,2001:db8::/32.',
    },
    'http-loader-disable': { type: 'switch', help: 'Load nothing over HTTP.' },
  },

  'File System': {
    'file-safe-chars': {
      type: 'text',
      help: 'Further characters to leave unescaped in file names; -- escapes none at all.',
    },
    'file-loader-base-dir': { type: 'text', help: 'Directory to load sources from; switches the File Loader on.' },
    'file-loader-path-prefix': { type: 'text', help: 'Look only for images whose path begins so, and drop that part.' },
    'file-storage-base-dir': {
      type: 'text',
      help: 'Directory to keep sources in; switches the File Storage on.',
    },
    'file-storage-path-prefix': {
      type: 'text',
      help: 'Keep only sources whose path begins so, and drop that part.',
    },
    'file-storage-mkdir-permission': {
      type: 'mode',
      default: '0755',
      help: 'Permissions of directories that the File Storage makes.',
    },
    'file-storage-write-permission': {
      type: 'mode',
      default: '0666',
      help: 'Permissions of files that the File Storage writes.',
    },
    'file-storage-expiration': {
      type: 'duration',
      default: '0',
      help: 'Take stored sources older than this for missing; 0 never does so.',
    },
    'file-result-storage-base-dir': {
      type: 'text',
      help: 'Directory to keep results in; switches the File Result Storage on.',
    },
    'file-result-storage-path-prefix': {
      type: 'text',
      help: 'Keep only results whose path begins so, and drop that part.',
    },
    'file-result-storage-mkdir-permission': {
      type: 'mode',
      default: '0755',
      help: 'Permissions of directories that the File Result Storage makes.',
    },
    'file-result-storage-write-permission': {
      type: 'mode',
      default: '0666',
      help: 'Permissions of files that the File Result Storage writes.',
    },
    'file-result-storage-expiration': {
      type: 'duration',
      default: '0',
      help: 'Take stored results older than this for missing; 0 never does so.',
    },
  },

  'AWS S3': {
    'aws-access-key-id': { type: 'key', secret: true, help: 'Access key for all S3 roles.' },
    'aws-secret-access-key': {
      type: 'key',
      secret: true,
      help: 'Secret key that goes with AWS_ACCESS_KEY_ID; without the two, the usual AWS chain of credentials.',
    },
    'aws-session-token': {
      type: 'key',
      secret: true,
      help: 'Session token of temporary credentials.',
    },
    'aws-region': {
      type: 'region',
      help: 'Region of the buckets; us-east-1 when only an endpoint is given.',
    },
    's3-endpoint': { type: 'endpoint', help: 'Server to use in place of AWS, for all S3 roles.' },
    's3-force-path-style': {
      type: 'switch',
      help: 'Put the bucket into the path (host/bucket/key) and not into the host name (bucket.host/key).',
    },
    's3-safe-chars': {
      type: 'text',
      help: 'Further characters to leave unescaped in keys; -- escapes none at all.',
    },
    's3-http-max-idle-conns-per-host': {
      type: 'integer',
      default: '100',
      min: 0,
      help: 'Unused connections to keep open to each S3 host; to all of them together, as many or 100, whichever is more.',
    },
    's3-forbidden-as-not-found': {
      type: 'switch',
      help: 'Take a 403 of S3 for a 404, which is what it means where listing the bucket is not allowed.',
    },
    's3-storage-class': {
      type: 'choice',
      default: 'STANDARD',
      choices: [
        'STANDARD',
        'REDUCED_REDUNDANCY',
        'STANDARD_IA',
        'ONEZONE_IA',
        'INTELLIGENT_TIERING',
        'GLACIER',
        'DEEP_ARCHIVE',
      ],
      help: 'Storage class of every object written, sources and results.',
    },
    's3-loader-bucket': {
      type: 'bucket',
      help: 'Bucket to load sources from, or * to take it from the path; switches the S3 Loader on.',
    },
    's3-loader-base-dir': {
      type: 'text',
      help: 'Directory of that bucket which image paths start from.',
    },
    's3-loader-path-prefix': {
      type: 'text',
      help: 'Look only for images whose path begins so, and drop that part.',
    },
    's3-loader-bucket-router-config': {
      type: 'text',
      help: 'YAML file that picks the bucket by a pattern in the path; switches the S3 Loader on.',
    },
    's3-loader-endpoint': { type: 'endpoint', help: 'S3_ENDPOINT for the S3 Loader alone.' },
    'aws-loader-access-key-id': {
      type: 'key',
      secret: true,
      help: 'AWS_ACCESS_KEY_ID for the S3 Loader alone.',
    },
    'aws-loader-secret-access-key': {
      type: 'key',
      secret: true,
      help: 'AWS_SECRET_ACCESS_KEY for the S3 Loader alone.',
    },
    'aws-loader-session-token': {
      type: 'key',
      secret: true,
      help: 'AWS_SESSION_TOKEN for the S3 Loader alone.',
    },
    'aws-loader-region': { type: 'region', help: 'AWS_REGION for the S3 Loader alone.' },
    's3-storage-bucket': {
      type: 'bucket',
      help: 'Bucket to keep sources in, or * to take it from the path; switches the S3 Storage on.',
    },
    's3-storage-base-dir': { type: 'text', help: 'Directory of that bucket to keep sources in.' },
    's3-storage-path-prefix': {
      type: 'text',
      help: 'Keep only sources whose path begins so, and drop that part.',
    },
    's3-storage-acl': {
      type: 'choice',
      choices: [
        'private',
        'public-read',
        'public-read-write',
        'authenticated-read',
        'aws-exec-read',
        'bucket-owner-read',
        'bucket-owner-full-control',
      ],
      help: 'Canned ACL of stored sources; without one no ACL is sent, as buckets with ACLs switched off require.',
    },
    's3-storage-tagging': {
      type: 'tags',
      help: 'Tags of stored sources, as a query string such as team=web&origin=imagor.',
    },
    's3-storage-expiration': {
      type: 'duration',
      default: '0',
      help: 'Take stored sources older than this for missing; 0 never does so, and nothing is ever deleted.',
    },
    's3-storage-endpoint': { type: 'endpoint', help: 'S3_ENDPOINT for the S3 Storage alone.' },
    'aws-storage-access-key-id': {
      type: 'key',
      secret: true,
      help: 'AWS_ACCESS_KEY_ID for the S3 Storage alone.',
    },
    'aws-storage-secret-access-key': {
      type: 'key',
      secret: true,
      help: 'AWS_SECRET_ACCESS_KEY for the S3 Storage alone.',
    },
    'aws-storage-session-token': {
      type: 'key',
      secret: true,
      help: 'AWS_SESSION_TOKEN for the S3 Storage alone.',
    },
    'aws-storage-region': { type: 'region', help: 'AWS_REGION for the S3 Storage alone.' },
    's3-result-storage-bucket': {
      type: 'bucket',
      help: 'Bucket to keep results in, or * to take it from the path; switches the S3 Result Storage on.',
    },
    's3-result-storage-base-dir': {
      type: 'text',
      help: 'Directory of that bucket to keep results in.',
    },
    's3-result-storage-path-prefix': {
      type: 'text',
      help: 'Keep only results whose path begins so, and drop that part.',
    },
    's3-result-storage-acl': {
      type: 'choice',
      choices: [
        'private',
        'public-read',
        'public-read-write',
        'authenticated-read',
        'aws-exec-read',
        'bucket-owner-read',
        'bucket-owner-full-control',
      ],
      help: 'Canned ACL of stored results; without one no ACL is sent.',
    },
    's3-result-storage-tagging': { type: 'tags', help: 'Tags of stored results, as a query string.' },
    's3-result-storage-expiration': {
      type: 'duration',
      default: '0',
      help: 'Take stored results older than this for missing; 0 never does so, and nothing is ever deleted.',
    },
    's3-result-storage-endpoint': {
      type: 'endpoint',
      help: 'S3_ENDPOINT for the S3 Result Storage alone.',
    },
    'aws-result-storage-access-key-id': {
      type: 'key',
      secret: true,
      help: 'AWS_ACCESS_KEY_ID for the S3 Result Storage alone.',
    },
    'aws-result-storage-secret-access-key': {
      type: 'key',
      secret: true,
      help: 'AWS_SECRET_ACCESS_KEY for the S3 Result Storage alone.',
    },
    'aws-result-storage-session-token': {
      type: 'key',
      secret: true,
      help: 'AWS_SESSION_TOKEN for the S3 Result Storage alone.',
    },
    'aws-result-storage-region': { type: 'region', help: 'AWS_REGION for the S3 Result Storage alone.' },
  },

  'Google Cloud Storage': {
    'gcloud-safe-chars': {
      type: 'text',
      help: 'Further characters to leave unescaped in keys; -- escapes none at all.',
    },
    'gcloud-loader-bucket': {
      type: 'text',
      help: 'Bucket to load sources from; switches the Google Cloud Loader on.',
    },
    'gcloud-loader-base-dir': {
      type: 'text',
      help: 'Directory of that bucket which image paths start from.',
    },
    'gcloud-loader-path-prefix': {
      type: 'text',
      help: 'Look only for images whose path begins so, and drop that part.',
    },
    'gcloud-storage-bucket': {
      type: 'text',
      help: 'Bucket to keep sources in; switches the Google Cloud Storage on.',
    },
    'gcloud-storage-base-dir': { type: 'text', help: 'Directory of that bucket to keep sources in.' },
    'gcloud-storage-path-prefix': {
      type: 'text',
      help: 'Keep only sources whose path begins so, and drop that part.',
    },
    'gcloud-storage-acl': {
      type: 'choice',
      choices: [
        'authenticatedRead',
        'bucketOwnerFullControl',
        'bucketOwnerRead',
        'private',
        'projectPrivate',
        'publicRead',
      ],
      help: 'Predefined ACL of stored sources.',
    },
    'gcloud-storage-expiration': {
      type: 'duration',
      default: '0',
      help: 'Take stored sources older than this for missing; 0 never does so.',
    },
    'gcloud-result-storage-bucket': {
      type: 'text',
      help: 'Bucket to keep results in; switches the Google Cloud Result Storage on.',
    },
    'gcloud-result-storage-base-dir': {
      type: 'text',
      help: 'Directory of that bucket to keep results in.',
    },
    'gcloud-result-storage-path-prefix': {
      type: 'text',
      help: 'Keep only results whose path begins so, and drop that part.',
    },
    'gcloud-result-storage-acl': {
      type: 'choice',
      choices: [
        'authenticatedRead',
        'bucketOwnerFullControl',
        'bucketOwnerRead',
        'private',
        'projectPrivate',
        'publicRead',
      ],
      help: 'Predefined ACL of stored results.',
    },
    'gcloud-result-storage-expiration': {
      type: 'duration',
      default: '0',
      help: 'Take stored results older than this for missing; 0 never does so.',
    },
  },

  'Upload Loader': {
    'upload-loader-enable': {
      type: 'switch',
      help: 'Transform pictures that are sent by POST; needs IMAGOR_UNSAFE, so only where all clients are trusted.',
    },
    'upload-loader-max-allowed-size': {
      type: 'bytes',
      default: '33554432',
      help: 'Largest upload, in bytes (32 MiB); 0 sets no limit.',
    },
    'upload-loader-accept': {
      type: 'text',
      default: 'image/*',
      help: 'Content types of uploads that are taken (csv).',
    },
    'upload-loader-form-field-name': {
      type: 'text',
      default: 'image',
      help: 'Field of a multipart form that holds the picture.',
    },
  },

  VIPS: {
    'vips-concurrency': {
      type: 'integer',
      default: '1',
      min: -1,
      zeroIsDefault: true,
      help: 'Threads of libvips in each worker; -1 takes one for each CPU core.',
    },
    'vips-max-width': {
      type: 'integer',
      default: '9999',
      min: 0,
      zeroIsDefault: true,
      help: 'Widest picture, in pixels, that is loaded or made.',
    },
    'vips-max-height': {
      type: 'integer',
      default: '9999',
      min: 0,
      zeroIsDefault: true,
      help: 'Tallest picture, in pixels, that is loaded or made.',
    },
    'vips-max-resolution': {
      type: 'integer',
      default: '81000000',
      min: 0,
      zeroIsDefault: true,
      help: 'Most pixels (width × height × frames) that are loaded or made.',
    },
    'vips-unlimited': {
      type: 'switch',
      help: 'Drop the three limits above and those of the decoders; never where strangers choose the pictures.',
    },
    'vips-max-animation-frames': {
      type: 'integer',
      default: '-1',
      min: -1,
      zeroIsDefault: true,
      help: 'Most frames of an animation that are loaded; 1 shows the first one only, -1 sets no limit but VIPS_MAX_RESOLUTION.',
    },
    'vips-max-filter-ops': {
      type: 'integer',
      default: '-1',
      min: -1,
      zeroIsDefault: true,
      help: 'Most filters of one URL that are applied, the rest being left out; -1 sets no limit.',
    },
    'vips-disable-blur': { type: 'switch', help: 'Leave out everything that blurs or sharpens.' },
    'vips-disable-filters': { type: 'list', help: 'Filters to leave out (csv), such as blur,watermark,rgb.' },
    'vips-mozjpeg': {
      type: 'switch',
      help: 'Make smaller JPEGs, more slowly, where the libvips in use was built with mozjpeg.',
    },
    'vips-avif-speed': {
      type: 'integer',
      default: '8',
      min: 0,
      max: 9,
      help: 'Speed of AVIF encoding, from 0 (slow, small files) to 9 (fast).',
    },
    'vips-strip-color-profile': {
      type: 'switch',
      help: 'Leave colour profiles out of results, and keep other metadata.',
    },
    'vips-strip-metadata': { type: 'switch', help: 'Leave all metadata out of results.' },
    'vips-vector': {
      type: 'integer',
      default: '0',
      min: 0,
      help: "Vector instruction sets to do without, as a bit mask like that of libvips' own variable of this name.",
    },
    'vips-detector-probe-size': {
      type: 'integer',
      default: '400',
      min: 0,
      zeroIsDefault: true,
      help: 'Longer side, in pixels, of the small picture that object detectors are shown.',
    },
    'vips-font-dir': { type: 'text', help: 'Folder of fonts for text and labels, beside those of the machine.' },
    'imagor-detectors': {
      type: 'list',
      help: 'Modules (csv) that export a detector, for smart, redact and draw_detections.',
    },
    'vips-max-cache-mem': {
      type: 'integer',
      default: '0',
      inert: "workers never keep libvips' intermediate results from one picture to the next",
      help: "Memory for libvips' cache of operations.",
    },
    'vips-max-cache-size': {
      type: 'integer',
      default: '0',
      inert: "workers never keep libvips' intermediate results from one picture to the next",
      help: "Entries of libvips' cache of operations.",
    },
    'vips-max-cache-files': {
      type: 'integer',
      default: '0',
      inert: "workers never keep libvips' intermediate results from one picture to the next",
      help: "Open files of libvips' cache of operations.",
    },
    'vips-cache-size': {
      type: 'bytes',
      default: '0',
      help: 'Memory, in bytes, for keeping decoded pictures between requests; 0 keeps none.',
    },
    'vips-cache-max-width': {
      type: 'integer',
      default: '2400',
      min: 0,
      zeroIsDefault: true,
      help: 'Widest picture that is kept there.',
    },
    'vips-cache-max-height': {
      type: 'integer',
      default: '2000',
      min: 0,
      zeroIsDefault: true,
      help: 'Tallest picture that is kept there.',
    },
    'vips-cache-ttl': {
      type: 'duration',
      default: '0',
      help: 'How long it is kept there; 0 keeps it until its place is needed.',
    },
    'vips-cache-format': {
      type: 'choice',
      default: 'pixel',
      choices: ['pixel', 'png', 'webp'],
      help: 'What it is kept as: bare pixels (fastest), PNG (lossless) or WebP (smallest).',
    },
  },

  Monitoring: {
    'prometheus-bind': {
      type: 'address',
      help: 'Address and port to serve Prometheus metrics on, such as :5000; without one there are none.',
    },
    'prometheus-path': { type: 'path', default: '/', help: 'Path to serve them on.' },
    'prometheus-namespace': {
      type: 'metric',
      default: 'imagor',
      help: 'Word that their names begin with.',
    },
    'otel-exporter-otlp-endpoint': {
      type: 'url',
      help: 'OpenTelemetry collector to send traces to by OTLP over HTTP, such as http://localhost:4318; without one there are none.',
    },
    'otel-exporter-otlp-headers': {
      type: 'pairs',
      secret: true,
      help: 'Headers for the collector (csv), such as authorization=Bearer%20TOKEN.',
    },
    'otel-service-name': { type: 'text', default: 'imagor', help: 'Name of this service in traces.' },
    'otel-traces-sampler': {
      type: 'choice',
      default: 'parentbased_always_on',
      choices: [
        'parentbased_always_on',
        'parentbased_always_off',
        'parentbased_traceidratio',
        'always_on',
        'always_off',
        'traceidratio',
      ],
      help: "Which requests are traced; parentbased follows the caller's choice.",
    },
    'otel-traces-sampler-arg': {
      type: 'ratio',
      default: '1',
      help: 'Share of requests that the traceidratio samplers trace, from 0 to 1.',
    },
    'sentry-dsn': { type: 'dsn', secret: true, help: 'Sentry project (DSN) to report errors to.' },
    'log-ecs': { type: 'switch', help: 'Name the fields of the log by the Elastic Common Schema.' },
  },
} as const;
