import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readS3Failure, s3NetworkError, s3StatusError } from './s3-error.ts';

const SUBJECT = 's3://pictures/a.jpg';

function xml(code: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>secret policy</Message><RequestId>R1</RequestId></Error>`;
}

test('names refusals by what they mean', () => {
  const cases = [
    [404, xml('NoSuchKey'), 'not-found'],
    [404, xml('NoSuchBucket'), 'not-found'],
    [404, '', 'not-found'],
    [403, xml('AccessDenied'), 'source-not-allowed'],
    [403, '', 'source-not-allowed'],
    [403, xml('InvalidAccessKeyId'), 'source-failed'],
    [403, xml('SignatureDoesNotMatch'), 'source-failed'],
    [400, xml('ExpiredToken'), 'source-failed'],
    [400, xml('InvalidRequest'), 'source-failed'],
    [301, xml('PermanentRedirect'), 'source-failed'],
    [501, xml('NotImplemented'), 'source-failed'],
    [400, xml('RequestTimeout'), 'unavailable'],
    [429, '', 'unavailable'],
    [500, xml('InternalError'), 'unavailable'],
    [503, xml('SlowDown'), 'unavailable'],
    [502, '<html>Bad Gateway</html>', 'unavailable'],
  ] as const;
  for (const [status, body, code] of cases) {
    const error = s3StatusError(SUBJECT, readS3Failure(status, {}, body));
    assert.equal(error.code, code, `${status} ${body}`);
    assert.ok(error.detail?.startsWith(`${SUBJECT}: `));
    assert.doesNotMatch(error.publicMessage, /pictures|policy|R1|AccessDenied/);
  }
});

test('tells the log what the server said', () => {
  const denied = s3StatusError(SUBJECT, readS3Failure(403, {}, xml('AccessDenied')));
  assert.equal(denied.detail, `${SUBJECT}: AccessDenied (403) secret policy request R1`);
  const bare = s3StatusError(SUBJECT, readS3Failure(403, { 'x-amz-request-id': 'R2' }, ''));
  assert.equal(bare.detail, `${SUBJECT}: (403) request R2`);
  const page = s3StatusError(SUBJECT, readS3Failure(502, {}, '<html>\n Bad   Gateway'));
  assert.equal(page.detail, `${SUBJECT}: (502) <html> Bad Gateway`);
});

test('reads the region of the bucket from the header or the document', () => {
  assert.equal(readS3Failure(301, { 'x-amz-bucket-region': 'eu-west-1' }, '').region, 'eu-west-1');
  assert.equal(readS3Failure(400, {}, '<Error><Region>eu-west-1</Region></Error>').region, 'eu-west-1');
  assert.equal(readS3Failure(404, {}, '').region, '');
});

test('names failures of the network', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:9000'), { code: 'ECONNREFUSED' });
  assert.equal(s3NetworkError(SUBJECT, refused).code, 'source-failed');
  assert.doesNotMatch(s3NetworkError(SUBJECT, refused).publicMessage, /10\.0/);
  const slow = Object.assign(new Error('Headers Timeout Error'), { code: 'UND_ERR_HEADERS_TIMEOUT' });
  assert.equal(s3NetworkError(SUBJECT, slow).code, 'timeout');
});
