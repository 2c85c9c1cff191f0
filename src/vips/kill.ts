import koffi from 'koffi';
import type { Pointer } from './declarations.ts';
import type { Image } from './image.ts';

const EVAL_HANDLER = koffi.pointer(koffi.proto('void VipsEvalHandler(void *image, void *progress, void *data)'));

/**
 * Makes libvips give up on an image when a time has passed: whatever is computing its pixels then fails with a
 * VipsError that says "killed". Checked whenever libvips reports progress, several times a second; a single call
 * into a codec that reports none (an AVIF encoder) runs to its end, so a hard limit takes a process of its own.
 *
 * @param deadlineMs As of Date.now().
 */
export function killAfter(image: Image, deadlineMs: number): void {
  const { scope, pointer } = image;
  const { c } = scope.libvips;
  // libvips emits "eval" from the thread that called it, which is this one
  const handler = koffi.register((target: Pointer) => {
    if (Date.now() >= deadlineMs) c.vips_image_set_kill(target, 1);
  }, EVAL_HANDLER);
  c.vips_image_set_progress(pointer, 1);
  const handlerId = c.g_signal_connect_data(pointer, 'eval', handler, null, null, 0);
  scope.defer(() => {
    c.g_signal_handler_disconnect(pointer, handlerId);
    koffi.unregister(handler);
  });
}
