import type { Format } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { compileLinearPattern } from './linear-pattern.js';

/** Longer texts than this are never a host name, an address or a duration. */
const MAX_SHORT_LENGTH = 256;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const WEB_SCHEME = /^(?:https?|ftp):\/\/[^/?#]/i;
const URI_SCHEME = /^[a-z][a-z0-9+.-]{0,63}:/i;

const isUriReference = linear('uri-reference');

/**
 * The formats of ajv-formats, each of them in linear time: its expressions for long texts run without backtracking,
 * the others see short texts only.
 */
export const SCHEMA_FORMATS: Readonly<Record<string, Format>> = {
  date: fullFormats.date,
  time: fullFormats.time,
  'date-time': fullFormats['date-time'],
  'iso-time': fullFormats['iso-time'],
  'iso-date-time': fullFormats['iso-date-time'],
  duration: short('duration'),
  uri: isUri,
  'uri-reference': isUriReference,
  'uri-template': linear('uri-template'),
  url: (text: string) => WEB_SCHEME.test(text) && isUri(text),
  email: linear('email'),
  hostname: short('hostname'),
  ipv4: short('ipv4'),
  ipv6: short('ipv6'),
  regex: (text: string) => compileLinearPattern(text).ok,
  uuid: short('uuid'),
  'json-pointer': linear('json-pointer'),
  'json-pointer-uri-fragment': linear('json-pointer-uri-fragment'),
  'relative-json-pointer': linear('relative-json-pointer'),
  byte: (text: string) => text.length % 4 === 0 && BASE64.test(text),
  int32: fullFormats.int32,
  int64: fullFormats.int64,
  float: fullFormats.float,
  double: fullFormats.double,
  password: true,
  binary: true,
};

function isUri(text: string): boolean {
  return URI_SCHEME.test(text) && isUriReference(text);
}

function linear(name: keyof typeof fullFormats): (text: string) => boolean {
  const expression = expressionOf(name);
  const compiled = compileLinearPattern(expression.source, { ignoreCase: expression.ignoreCase });
  if (!compiled.ok) throw new Error(`the format ${name} ${compiled.message}`);
  return (text) => compiled.pattern.test(text);
}

function short(name: keyof typeof fullFormats): (text: string) => boolean {
  const expression = expressionOf(name);
  return (text) => text.length <= MAX_SHORT_LENGTH && expression.test(text);
}

function expressionOf(name: keyof typeof fullFormats): RegExp {
  const format = fullFormats[name];
  if (!(format instanceof RegExp)) throw new Error(`the format ${name} is not an expression`);
  return format;
}
