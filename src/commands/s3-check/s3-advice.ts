/** What S3's error codes, and the network's, ask the operator to do; the first that fits. */
const BY_SIGN: readonly (readonly [sign: RegExp, advice: string])[] = [
  [/NoSuchBucket/, 'Create the bucket, or correct its name and region.'],
  [
    /InvalidAccessKeyId/,
    'The server does not know this access key: check AWS_ACCESS_KEY_ID (or the role’s own) and the endpoint.',
  ],
  [
    /SignatureDoesNotMatch/,
    'The secret key does not belong to the access key: check AWS_SECRET_ACCESS_KEY (or the role’s own).',
  ],
  [/ExpiredToken|InvalidToken/, 'The session token is not, or no longer, valid: renew it, or unset AWS_SESSION_TOKEN.'],
  [/AccessControlListNotSupported/, 'The bucket has ACLs switched off: unset the role’s ACL.'],
  [
    /InvalidObjectState/,
    'Objects of this storage class cannot be read at once: set S3_STORAGE_CLASS to another, such as STANDARD_IA.',
  ],
  [/InvalidStorageClass/, 'The server has no such storage class: set S3_STORAGE_CLASS=STANDARD.'],
  [
    /InvalidTag|InvalidArgument \(/,
    'The server refuses the tags, the ACL or the storage class: unset them one by one.',
  ],
  [/NotImplemented/, 'The server lacks this feature: unset the role’s tags, ACL and storage class.'],
  [/kms:/i, 'Allow kms:GenerateDataKey and kms:Decrypt on the key that the bucket is encrypted with.'],
  [/no credentials/, 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or attach a role to the machine.'],
  [
    /PermanentRedirect|AuthorizationHeaderMalformed/,
    'The bucket is in another region: set AWS_REGION (or the role’s own).',
  ],
  [
    /certificate|CERT_/i,
    'The server’s certificate is not trusted: name the file of its authority in NODE_EXTRA_CA_CERTS.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN/,
    'The host is unknown: check the endpoint; for a server of your own set S3_FORCE_PATH_STYLE=1.',
  ],
  [
    /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|timeout|Timeout/,
    'Nothing answers: check the endpoint, its port and the firewall.',
  ],
];

/** What a refusal at a step asks for: the permission that it needs. */
const BY_STEP: Readonly<Record<string, string>> = {
  'head bucket': 'Allow s3:ListBucket on the bucket.',
  read: 'Allow s3:ListBucket on the bucket and s3:GetObject on its objects; without ListBucket, set S3_FORBIDDEN_AS_NOT_FOUND=1.',
  write: 'Allow s3:PutObject on the objects; s3:PutObjectTagging where tags are set, s3:PutObjectAcl where an ACL is.',
  'read back': 'Allow s3:GetObject on the objects.',
  revalidate: 'Allow s3:GetObject on the objects.',
  delete: 'Allow s3:DeleteObject on the objects. The probe was left: delete it by hand.',
};

/** What to change where a step of `imagor s3 check` fails; undefined where nothing is known. */
export function s3Advice(step: string, failure: string): string | undefined {
  return BY_SIGN.find(([sign]) => sign.test(failure))?.[1] ?? BY_STEP[step];
}
