/** What an upload to Google Cloud Storage says. */
export interface GcsUpload {
  readonly name: string;
  readonly contentType: string;
  /** The predefined ACL asked for; empty for none. */
  readonly acl: string;
  readonly bytes: Buffer;
}

/** Reads an upload in one request: `uploadType=media`, or `multipart` as the official client makes it. */
export function parseUpload(query: URLSearchParams, contentType: string, body: Buffer): GcsUpload {
  const acl = query.get('predefinedAcl') ?? '';
  if (query.get('uploadType') === 'media') return { name: query.get('name') ?? '', contentType, acl, bytes: body };
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1];
  if (query.get('uploadType') !== 'multipart' || !boundary) throw new Error(`no upload that is known here: ${query}`);
  // Latin-1 has a character for each byte; the first and last pieces lie outside of the parts
  const [metadata = '', content = ''] = body.toString('latin1').split(`--${boundary}`).slice(1, -1).map(partBody);
  const type = /content-type: *([^\r]+)/i.exec(body.toString('latin1').split(`--${boundary}`)[2] ?? '')?.[1] ?? '';
  const { name = query.get('name') ?? '' } = JSON.parse(Buffer.from(metadata, 'latin1').toString());
  return { name, contentType: type, acl, bytes: Buffer.from(content, 'latin1') };
}

/** Without its headers, and the line breaks around it. */
function partBody(part: string): string {
  return part.slice(part.indexOf('\r\n\r\n') + 4, -2);
}
