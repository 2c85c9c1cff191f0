/** Whether a text is the URL of a server, of which nothing would be dropped: no user, no query, no fragment. */
export function isEndpoint(text: string): boolean {
  if (!/^https?:\/\/[^\s\\]+$/i.test(text) || !URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return `${username}${password}${search}${hash}` === '';
}
