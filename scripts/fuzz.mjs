// npm run fuzz [-- --short] [--seed N] [--only TARGET]… [--runs N]: see CONTRIBUTING.md.
import { ensureBuilt } from './ensure-built.mjs';

await ensureBuilt();
await import('../dist/test/fuzz/main.js');
