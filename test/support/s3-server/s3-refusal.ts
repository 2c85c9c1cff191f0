import type { ServerResponse } from 'node:http';

/** An error answer of S3. */
export class S3Refusal extends Error {
  readonly status: number;
  /** As in Amazon's list of error codes. */
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Further elements of the document. */
  readonly elements: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string = code,
    {
      headers = {},
      elements = {},
    }: { headers?: Readonly<Record<string, string>>; elements?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.elements = elements;
  }
}

/** Answers with an error's document, or with its status alone where the method allows no body. */
export function sendRefusal(response: ServerResponse, method: string, refusal: S3Refusal): void {
  const { status, code, message, headers, elements } = refusal;
  const fields = { Code: code, Message: message, ...elements, RequestId: 'tx0000', HostId: 'test' };
  const xml = Object.entries(fields).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
  const body = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<Error>${xml.join('')}</Error>`);
  const hasBody = method !== 'HEAD' && status !== 304;
  response.writeHead(status, {
    ...headers,
    'x-amz-request-id': 'tx0000',
    ...(hasBody && { 'content-type': 'application/xml', 'content-length': body.length }),
  });
  response.end(hasBody ? body : undefined);
}

/** Makes text safe between tags. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
