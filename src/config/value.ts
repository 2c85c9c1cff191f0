import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { RE2JS } from 're2js';
import { isBucketSetting } from '../storages/s3/bucket-name.ts';
import { isEndpoint } from '../storages/s3/endpoint.ts';
import { isRegion } from '../storages/s3/region.ts';
import { parseAddress } from './address.ts';
import { parseBoolean } from './boolean.ts';
import type { OptionValue } from './config.ts';
import { parseDuration } from './duration.ts';
import { parseInteger } from './integer.ts';
import type { OptionRow } from './option-row.ts';
import { isTagging } from './tagging.ts';

/** The value of an option that nobody set. */
export function defaultOf(row: OptionRow): OptionValue {
  const value = row.default === undefined ? emptyOf(row) : parseValue(row, row.default);
  if (value === undefined) throw new TypeError(`${row.type} cannot have the default ${row.default}`);
  return value;
}

/**
 * Whether a text stands for "not set": an empty one where text is wanted, and a 0 where imagor takes it so. An empty
 * number or switch is a mistake instead.
 */
export function isUnset(row: OptionRow, text: string): boolean {
  if (text === '') return row.type !== 'switch' && emptyOf(row) !== undefined;
  return 'zeroIsDefault' in row && parseValue(row, text) === 0;
}

function emptyOf(row: OptionRow): OptionValue | undefined {
  switch (row.type) {
    case 'switch':
      return false;
    case 'list':
    case 'networks':
    case 'urls':
    case 'pairs':
      return [];
    case 'integer':
    case 'bytes':
    case 'duration':
    case 'mode':
    case 'ratio':
      return undefined;
    default:
      return '';
  }
}

/** Reads what an operator wrote for an option; undefined when it is not what the row accepts. */
export function parseValue(row: OptionRow, text: string): OptionValue | undefined {
  switch (row.type) {
    case 'switch':
      return parseBoolean(text);
    case 'integer':
      return within(row.min ?? -Infinity, parseInteger(text), row.max);
    case 'bytes':
      return within(0, parseInteger(text), row.max);
    case 'duration':
      return within(row.min ?? 0, parseDuration(text), row.max);
    case 'mode':
      return /^0o?[0-7]{3,4}$/.test(text) ? parseInteger(text) : undefined;
    case 'choice':
      // imagor takes most of its words in any case
      return row.choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
    case 'url':
      return isHttpUrl(text) ? text : undefined;
    case 'urls':
      return listOf(text, isHttpUrl);
    case 'networks':
      return listOf(text, isNetwork);
    case 'address':
      return parseAddress(text) && text;
    case 'host':
      return isIPv6(text.replace(/^\[(.*)\]$/, '$1')) || /^[^:[\]\s]+$/.test(text) ? text : undefined;
    case 'path':
      return /^\/[!-~]*$/.test(text) ? text : undefined;
    case 'regexp':
      return isRegexp(text) ? text : undefined;
    case 'tags':
      return isTagging(text) ? text : undefined;
    case 'bucket':
      return isBucketSetting(text) ? text : undefined;
    case 'region':
      return isRegion(text) ? text : undefined;
    case 'endpoint':
      return isEndpoint(text) ? text : undefined;
    case 'metric':
      return /^[A-Za-z_]\w*$/.test(text) ? text : undefined;
    case 'dsn':
      return isDsn(text) ? text : undefined;
    case 'pairs':
      return listOf(text, isPair);
    case 'ratio':
      return /^\d*\.?\d+$/.test(text) ? within(0, Number(text), 1) : undefined;
    case 'key':
      return isPrintable(text) && text.trim() === text ? text : undefined;
    case 'text':
      // a key is bytes to us, whatever they are
      return row.secret || isPrintable(text) ? text : undefined;
    case 'list':
      return listOf(text, row.secret ? () => true : isPrintable);
  }
}

function within(min: number, value: number | undefined, max = Infinity): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined;
}

function listOf(text: string, isItem: (item: string) => boolean): readonly string[] | undefined {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items.every(isItem) ? items : undefined;
}

function isPrintable(text: string): boolean {
  return !/\p{Cc}/u.test(text);
}

function isHttpUrl(text: string): boolean {
  return isPrintable(text) && /^https?:\/\//i.test(text) && URL.canParse(text);
}

/** As Sentry's client reads it: a key of letters and digits, a host, the number of a project behind a path or not. */
function isDsn(text: string): boolean {
  return isHttpUrl(text) && /^\w+:\/\/\w+(:\w*)?@(\[[:.\w]+\]|[\w.-]+)(:\d+)?\/([^?#]+\/)?\d+$/.test(text);
}

function isPair(text: string): boolean {
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+) *= *(.*)$/.exec(text) ?? [];
  return name !== undefined && isPrintable(text) && isPercentEncoded(value ?? '');
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    // it says nothing more than that
    return false;
  }
}

// ipaddr.js would also take 10/8 and 0x0a.0.0.0/8, which net.ParseCIDR does not
function isNetwork(text: string): boolean {
  return ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text);
}

function isRegexp(text: string): boolean {
  try {
    RE2JS.compile(text);
    return true;
  } catch {
    // whatever is wrong with it: the caller says what is accepted
    return false;
  }
}
