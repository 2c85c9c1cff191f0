import type { IncomingMessage } from 'node:http';
import type { Lifetime } from '../support/lifetime.ts';
import { type Origin, startOrigin } from '../support/origin.ts';
import { until } from '../support/s3-server/until.ts';
import { hoursAgo, type Proof } from './proof.ts';

/** A server that believes everybody, and writes down who came and what for. */
interface Recorder extends Origin {
  /** `METHOD /path key region token class acl tags`, of requests in order; `-` for what was not sent. */
  readonly requests: string[];
}

/** What it has is by the name of the object: of two hours ago, of four, forbidden, or `always` there. */
async function startRecorder(test: Lifetime, picture: Buffer, isSource = false): Promise<Recorder> {
  const requests: string[] = [];
  const origin = await startOrigin(test, (request, response) => {
    requests.push(describeRequest(request));
    request.resume();
    const { method, url = '' } = request;
    if (method === 'PUT') return void response.writeHead(200, { etag: '"x"' }).end();
    if (url.includes('forbidden')) return void response.writeHead(403).end();
    const [, hours] = /of-(\d)-hours/.exec(url) ?? [];
    if (!isSource && hours === undefined) return void response.writeHead(404).end();
    const modified = { 'last-modified': hoursAgo(isSource ? 0 : Number(hours)).toUTCString() };
    response.writeHead(200, { 'content-type': 'image/png', ...modified }).end(picture);
  });
  return { ...origin, requests };
}

function describeRequest({ method, url, headers }: IncomingMessage): string {
  const [, key, region] = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const names = ['x-amz-security-token', 'x-amz-storage-class', 'x-amz-acl', 'x-amz-tagging'];
  return [method, url, key, region, ...names.map((name) => headers[name] ?? '-')].join(' ');
}

/** Roles, accounts and ages of S3. */
export async function s3Proofs(test: Lifetime, picture: Buffer): Promise<readonly Proof[]> {
  const loader = await startRecorder(test, picture, true);
  const [storage, results] = [await startRecorder(test, picture), await startRecorder(test, picture)];
  const shared = await startRecorder(test, picture, true);
  const ofRole = (role: string): Record<string, string> => ({
    [`aws-${role}-access-key-id`]: `KEY-OF-${role}`,
    [`aws-${role}-secret-access-key`]: `secret of ${role}`,
    [`aws-${role}-session-token`]: `token-of-${role}`,
    [`aws-${role}-region`]: `region-of-${role}`,
  });
  return [
    {
      name: 'S3, each role with an account of its own',
      options: {
        'http-loader-disable': '1',
        's3-force-path-style': '1',
        's3-safe-chars': '--',
        's3-storage-class': 'GLACIER',
        's3-loader-bucket': 'in',
        's3-loader-base-dir': 'images',
        's3-loader-path-prefix': 'pics',
        's3-loader-endpoint': loader.url,
        ...ofRole('loader'),
        's3-storage-bucket': 'kept',
        's3-storage-base-dir': 'k',
        's3-storage-path-prefix': 'pics',
        's3-storage-endpoint': storage.url,
        's3-storage-acl': 'public-read',
        's3-storage-tagging': 'a=source',
        's3-storage-expiration': '1h',
        ...ofRole('storage'),
        's3-result-storage-bucket': 'made',
        's3-result-storage-base-dir': 'm',
        's3-result-storage-path-prefix': '4x3',
        's3-result-storage-endpoint': results.url,
        's3-result-storage-acl': 'private',
        's3-result-storage-tagging': 'a=result',
        's3-result-storage-expiration': '3h',
        ...ofRole('result-storage'),
      },
      async look(server) {
        const ask = async (path: string): Promise<string[]> => {
          const recorders = [loader, storage, results];
          for (const { requests } of recorders) requests.length = 0;
          await server.ask(path);
          await until(() => server.service.app.saving === 0);
          return recorders.flatMap(({ requests }) => requests);
        };
        const isLoaded = async (path: string): Promise<boolean> =>
          (await ask(path)).some((request) => request.includes('/in/'));
        return {
          new: await ask('/unsafe/4x3/pics/a(1).png'),
          isResultOfTwoHoursRemade: await isLoaded('/unsafe/4x3/pics/of-2-hours.png'),
          isResultOfFourHoursRemade: await isLoaded('/unsafe/4x3/pics/of-4-hours.png'),
          isSourceOfTwoHoursLoaded: await isLoaded('/unsafe/5x3/pics/of-2-hours.png'),
        };
      },
      seen: {
        new: [
          'GET /in/images/a%281%29.png KEY-OF-loader region-of-loader token-of-loader - - -',
          'GET /kept/k/a%281%29.png KEY-OF-storage region-of-storage token-of-storage - - -',
          'PUT /kept/k/a%281%29.png KEY-OF-storage region-of-storage token-of-storage GLACIER public-read a=source',
          ...['GET', 'PUT'].map((method) => {
            const account = 'KEY-OF-result-storage region-of-result-storage token-of-result-storage';
            const wishes = method === 'PUT' ? 'GLACIER private a=result' : '- - -';
            return `${method} /made/m/pics/a%281%29.png ${account} ${wishes}`;
          }),
        ],
        isResultOfTwoHoursRemade: false,
        isResultOfFourHoursRemade: true,
        isSourceOfTwoHoursLoaded: true,
      },
    },
    {
      name: 'S3, one account for all roles',
      options: {
        'http-loader-disable': '1',
        's3-endpoint': shared.url,
        's3-force-path-style': '1',
        's3-forbidden-as-not-found': '1',
        's3-http-max-idle-conns-per-host': '1',
        'aws-access-key-id': 'KEY',
        'aws-secret-access-key': 'secret',
        'aws-session-token': 'token',
        'aws-region': 'region',
        's3-loader-bucket': 'in',
      },
      async look(server) {
        const { status } = await server.ask('/unsafe/4x3/forbidden.png');
        await Promise.all(['a.png', 'b.png', 'c.png'].map((name) => server.ask(`/unsafe/4x3/${name}`)));
        await until(() => shared.sockets.filter(({ destroyed }) => !destroyed).length <= 1);
        return [status, shared.requests[0]];
      },
      seen: [404, 'GET /in/forbidden.png KEY region token - - -'],
    },
  ];
}
