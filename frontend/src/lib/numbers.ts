/**
 * Reading and writing numbers as people type them. The rules and their cases are in tests/core/number_vectors.json;
 * the server's forms follow the same ones.
 *
 * Both '.' and ',' are read as a decimal separator, because people paste from everywhere. A text such as "1.234", which
 * means different numbers in different countries, is rejected instead of guessed, unless the locale uses neither of the
 * two to group digits (French and Swedish, for example).
 */
import { gettext, readerLocale } from './i18n'

export type NumberProblem = 'ambiguous' | 'not_a_number' | 'too_long'
export type ReadNumber =
  { readonly value: number | null } | { readonly problem: NumberProblem; readonly message: string }

const MAX_SIGNIFICANT_DIGITS = 15 // a double keeps this many unchanged
const NATIVE_ZEROS = [0x0660, 0x06f0, 0x0966, 0x09e6] // Arabic, Persian, Devanagari, Bengali
const AMBIGUOUS = /^[+-]?[1-9]\d{0,2}([.,])\d{3}$/
const GROUPED = [/^[1-9]\d{0,2}([ ',.])\d{3}(?:\1\d{3})*$/, /^[1-9]\d?([ ',.])\d{2}(?:\1\d{2})*\1\d{3}$/]

/** Parse a typed number. Blank text is null; a problem comes with a message for the reader. */
export function readNumber(text: string, locale = readerLocale()): ReadNumber {
  const typed = text.trim()
  const plain = normalize(typed)
  if (!plain) return { value: null }
  if (isAmbiguous(plain, locale)) {
    const whole = plain.replace(/[.,]/, '')
    return {
      problem: 'ambiguous',
      message: gettext(
        '“{typed}” could mean {whole} or {plain}. Enter {whole} for the whole number, or {plain}0 for the decimal.',
        { typed, whole, plain },
      ),
    }
  }
  const parts = split(plain)
  if (!parts)
    return {
      problem: 'not_a_number',
      message: gettext(
        '“{typed}” isn’t a number. Enter digits with at most one decimal separator, like 12.5 or 12,5.',
        {
          typed,
        },
      ),
    }
  const significant = (parts.whole + parts.fraction).replace(/^0+/, '')
  if (significant.length > MAX_SIGNIFICANT_DIGITS)
    return {
      problem: 'too_long',
      message: gettext('“{typed}” has more than {digits} digits. Round it.', { typed, digits: MAX_SIGNIFICANT_DIGITS }),
    }
  return { value: Number(`${parts.sign}${parts.whole || '0'}.${parts.fraction || '0'}`) }
}

/** Format a number for an input: with the locale's separator, ungrouped, and never ambiguous to `readNumber`. */
export function writeNumber(value: number, locale = readerLocale()): string {
  const plain = value.toLocaleString('en-US', { useGrouping: false, maximumSignificantDigits: 17 })
  const text = separatorsOf(locale).decimal === ',' ? plain.replace('.', ',') : plain
  return isAmbiguous(text, locale) ? `${text}0` : text
}

function normalize(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '') // direction marks that are copied along with text
    .trim()
    .replace(/\s/g, ' ')
    .replace(/[’٬]/g, "'")
    .replace(/٫/g, '.')
    .replace(/−/g, '-')
    .replace(/\p{Nd}/gu, westernDigit)
}

function westernDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0
  const zero = NATIVE_ZEROS.find((first) => code >= first && code < first + 10)
  return zero === undefined ? digit : String(code - zero)
}

function isAmbiguous(plain: string, locale: string | undefined): boolean {
  const separator = AMBIGUOUS.exec(plain)?.[1]
  if (!separator) return false
  const { decimal, group } = separatorsOf(locale)
  return separator !== decimal || '.,'.includes(group)
}

function separatorsOf(locale: string | undefined): { decimal: string; group: string } {
  const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(1234567.5)
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  return { decimal: of('decimal'), group: of('group') }
}

/** Return the digits before and after the decimal separator, or null for text that is not a number. */
function split(plain: string): { sign: string; whole: string; fraction: string } | null {
  const [, sign = '', body = ''] = /^([+-]?)(.*)$/.exec(plain) ?? []
  const last = Math.max(body.lastIndexOf('.'), body.lastIndexOf(','))
  const isDecimal = last >= 0 && body.indexOf(body.charAt(last)) === last
  const [whole, fraction] = isDecimal ? [body.slice(0, last), body.slice(last + 1)] : [body, '']
  const isWhole = /^\d*$/.test(whole) || GROUPED.some((grouped) => grouped.test(whole))
  if (!isWhole || !/^\d*$/.test(fraction) || !(whole + fraction)) return null
  return { sign, whole: whole.replace(/\D/g, ''), fraction }
}
