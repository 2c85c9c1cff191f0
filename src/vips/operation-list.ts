import koffi from 'koffi';
import type { Libvips } from './library.ts';

const TYPE_MAP_HANDLER = koffi.pointer(koffi.proto('void *VipsTypeMapHandler(size_t type, void *data)'));

/** The nicknames of all operations of a libvips, abstract ones included. */
export function listOperations({ c, types }: Libvips): string[] {
  const names = new Set<string>();
  const handler = koffi.register((type: number) => {
    const name = c.vips_nickname_find(type);
    if (name !== null) names.add(name);
    return null;
  }, TYPE_MAP_HANDLER);
  c.vips_type_map_all(types.operation, handler, null);
  koffi.unregister(handler);
  return [...names].sort();
}
