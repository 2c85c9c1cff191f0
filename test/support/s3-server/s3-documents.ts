import type { Bucket, StoredObject } from './s3-bucket.ts';
import type { S3Answer } from './s3-read.ts';
import { escapeXml } from './s3-refusal.ts';

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const GROUPS = 'http://acs.amazonaws.com/groups/global';

/** Whom each canned ACL lets in beside the owner: Amazon S3 User Guide, "Access control list (ACL) overview". */
const GRANTS: Readonly<Record<string, readonly (readonly [group: string, permission: string])[]>> = {
  'public-read': [['AllUsers', 'READ']],
  'public-read-write': [
    ['AllUsers', 'READ'],
    ['AllUsers', 'WRITE'],
  ],
  'authenticated-read': [['AuthenticatedUsers', 'READ']],
};

/** The answer to GetObjectTagging. */
export function taggingDocument({ tags }: StoredObject): S3Answer {
  const set = [...tags].map(
    ([key, value]) => `<Tag><Key>${escapeXml(key)}</Key><Value>${escapeXml(value)}</Value></Tag>`,
  );
  return document(`<Tagging ${NAMESPACE}><TagSet>${set.join('')}</TagSet></Tagging>`);
}

/** The answer to GetObjectAcl. */
export function aclDocument({ acl }: StoredObject, owner: string): S3Answer {
  const person = `<ID>${owner}</ID><DisplayName>${owner}</DisplayName>`;
  const grants = [
    grant(`xsi:type="CanonicalUser">${person}`, 'FULL_CONTROL'),
    ...(GRANTS[acl] ?? []).map(([group, permission]) =>
      grant(`xsi:type="Group"><URI>${GROUPS}/${group}</URI>`, permission),
    ),
  ];
  return document(
    `<AccessControlPolicy ${NAMESPACE}><Owner>${person}</Owner><AccessControlList>${grants.join('')}</AccessControlList></AccessControlPolicy>`,
  );
}

/** The answer to ListObjectsV2, on one page. */
export function listDocument({ name, objects }: Bucket, prefix: string): S3Answer {
  const found = [...objects].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  const contents = found.map(
    ([key, { bytes, etag, modifiedAt, storageClass }]) =>
      `<Contents><Key>${escapeXml(key)}</Key><LastModified>${modifiedAt.toISOString()}</LastModified>` +
      `<ETag>${etag}</ETag><Size>${bytes.length}</Size><StorageClass>${storageClass}</StorageClass></Contents>`,
  );
  return document(
    `<ListBucketResult ${NAMESPACE}><Name>${name}</Name><Prefix>${escapeXml(prefix)}</Prefix>` +
      `<KeyCount>${found.length}</KeyCount><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`,
  );
}

function grant(grantee: string, permission: string): string {
  const scheme = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
  return `<Grant><Grantee ${scheme} ${grantee}</Grantee><Permission>${permission}</Permission></Grant>`;
}

function document(xml: string): S3Answer {
  const body = Buffer.from(XML + xml);
  return { status: 200, headers: { 'content-type': 'application/xml', 'content-length': body.length }, body };
}
