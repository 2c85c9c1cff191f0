// npm runs this before it packs, publishes or installs from git: a package without its build would hold no program.
import { ensureBuilt } from './ensure-built.mjs';

await ensureBuilt();
