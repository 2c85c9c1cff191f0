// What the image's HEALTHCHECK runs: exit code 0 when the server of this container answers. It reads the environment as
// the server does; a port or prefix given by a flag it cannot know.
const { PORT, BIND = '', SERVER_ADDRESS = '', SERVER_PATH_PREFIX = '' } = process.env;
const [, bindHost = '', bindPort] = /^(.*):(\d+)$/.exec(BIND) ?? [];
const host = (bindHost || SERVER_ADDRESS || '127.0.0.1').replace(/^\[(.*)\]$/, '$1');
const address = /^(0\.0\.0\.0|::)$/.test(host) ? '127.0.0.1' : host;
const url = `http://${address.includes(':') ? `[${address}]` : address}:${bindPort ?? (PORT || 8000)}`;
const path = `${SERVER_PATH_PREFIX.replace(/\/+$/, '')}/healthcheck`;
try {
  const response = await fetch(url + path, { signal: AbortSignal.timeout(2_500) });
  if (!response.ok) throw new Error(`${url}${path} answers ${response.status}`);
} catch (error) {
  console.error(error.cause?.message ?? error.message);
  process.exitCode = 1;
}
