/** Whether a text may be the name of a region: it becomes a label of a host name. */
export function isRegion(text: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(text);
}
