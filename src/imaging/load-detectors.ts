import { createRequire } from 'node:module';
import type { Detector } from './detector.ts';

const require = createRequire(import.meta.url);

/**
 * Loads detectors by the absolute paths of their modules, each of which exports one as `detector`.
 *
 * @throws Error with one sentence that names the module.
 */
export function loadDetectors(modules: readonly string[]): readonly Detector[] {
  return modules.map((module) => {
    const exported: { readonly detector?: Partial<Detector> } = load(module);
    if (typeof exported.detector?.detect !== 'function' || typeof exported.detector.name !== 'string') {
      throw new Error(`the module ${module} exports no detector: it needs an export of that name`);
    }
    return exported.detector as Detector;
  });
}

function load(module: string): { readonly detector?: Partial<Detector> } {
  try {
    return require(module); // not import(): a worker has nothing asynchronous, and Node can require ES modules
  } catch (cause) {
    throw new Error(`the detector ${module} cannot be loaded: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}
