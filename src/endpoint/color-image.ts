/** Whether the image is a plain colour, `color:red`, which is made rather than loaded. Does not look at the colour. */
export function isColorImage(image: string): boolean {
  return /^color:/i.test(image);
}
