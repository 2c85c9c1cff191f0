import { formatDuration } from './duration.ts';
import type { OptionRow } from './option-row.ts';

/** What a value of the option may look like, to follow "must be": `a whole number from 0 to 9`. */
export function accepts(row: OptionRow): string {
  switch (row.type) {
    case 'switch':
      return 'on or off: 1 or 0, true or false';
    case 'integer':
      return `a whole number${range(row.min, row.max)}`;
    case 'bytes':
      return 'a number of bytes, without a unit';
    case 'duration':
      return `a duration with its unit, such as 30s, 1m30s or 24h${row.max === undefined ? '' : `, and at most ${formatDuration(row.max)}`}`;
    case 'mode':
      return 'file permissions in octal with a leading zero, such as 0755';
    case 'choice':
      return row.choices.length === 1 ? row.choices[0] : `one of ${row.choices.join(', ')}`;
    case 'url':
      return 'a URL that begins with http:// or https://';
    case 'urls':
      return 'URLs that begin with http:// or https://, separated by commas';
    case 'networks':
      return 'networks in CIDR notation separated by commas, such as 10.0.0.0/8,::1/128';
    case 'address':
      return 'an address and a port number, such as :8000, myhost:8000 or [::1]:8000';
    case 'host':
      return 'a host name or an IP address, without a port';
    case 'path':
      return 'a path that begins with a slash, percent-encoded as in a URL';
    case 'regexp':
      return 'a regular expression in RE2 syntax (https://github.com/google/re2/wiki/Syntax)';
    case 'tags':
      return 'up to 10 object tags in the form of a query string, such as team=web&origin=imagor';
    case 'bucket':
      return 'the name of an S3 bucket, such as photos, photos/some/dir for a directory in it, or * to take it from the path';
    case 'region':
      return 'the name of a region, such as eu-west-1 or auto';
    case 'endpoint':
      return 'the URL of an S3 server that begins with http:// or https://, without user, query or bucket';
    case 'metric':
      return 'letters, digits and underscores, and begin with no digit';
    case 'dsn':
      return 'the DSN of a Sentry project, such as https://KEY@sentry.example.com/1';
    case 'pairs':
      return 'pairs of name=value separated by commas, with percent-encoded values';
    case 'ratio':
      return 'a number from 0 to 1, such as 0.1';
    case 'key':
      return 'a key as it was given out, without a line break or a space at its beginning or end';
    case 'text':
      return 'text without line breaks or other control characters';
    case 'list':
      return 'words separated by commas, without line breaks or other control characters';
  }
}

function range(min: number | undefined, max: number | undefined): string {
  if (min === undefined) return '';
  return max === undefined ? `, ${min} or more` : ` from ${min} to ${max}`;
}
