// npm run generate [-- --check]: writes every generated file, or says which is stale.
import { ensureBuilt } from './ensure-built.mjs';

await ensureBuilt();
await import('../dist/scripts/generate-vips.js');
await import('../dist/scripts/generate-config-docs.js');
