import { createServer } from 'node:http';
import { loadIpx } from '../packages.ts';
import { AVIF_EFFORT } from '../scenarios.ts';

/** A process: `ipx-server.js PORT FOLDER`. */
const [port, folder] = process.argv.slice(2);
if (port === undefined || folder === undefined) throw new Error('a port and a folder are needed');

const { createIPX, createIPXNodeServer, ipxFSStorage } = loadIpx();
const ipx = createIPX({
  storage: ipxFSStorage({ dir: folder }),
  maxAge: 0,
  // its own default, and AVIF as everyone else makes it
  sharpOptions: { jpegProgressive: true, heifEffort: AVIF_EFFORT, heifChromaSubsampling: '4:2:0' },
});
createServer(createIPXNodeServer(ipx)).listen(Number(port), '127.0.0.1');
