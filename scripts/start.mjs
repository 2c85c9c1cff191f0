// npm start [-- FLAGS]: installs and builds what is missing, then serves in this very process.
import { ensureBuilt } from './ensure-built.mjs';

await ensureBuilt();
await import('../dist/src/cli.js');
