/**
 * Fractional order keys over 0-9a-z. The algorithm is explained in core/fractional_index.py; shared vectors
 * (order_vectors.json) hold both to the same results. The server creates the real key. Ours only shows a card in its
 * place until the server has answered.
 */
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'
const FIRST_KEY = 'n0'
const CODE_N = 'n'.charCodeAt(0)
const CODE_M = 'm'.charCodeAt(0)

/** Return a key that sorts after `before` and before `after`. Null means an open end. */
export function keyBetween(before: string | null, after: string | null): string {
  if (before !== null && after !== null && before >= after) {
    throw new RangeError(`${before} does not sort before ${after}`)
  }
  if (before === null) return after === null ? FIRST_KEY : keyBelow(after)
  if (after === null) return stepInteger(integerOf(before), 1)
  const integer = integerOf(before)
  const fraction = before.slice(integer.length)
  if (integerOf(after) === integer) return integer + midpoint(fraction, after.slice(integer.length))
  const following = stepInteger(integer, 1)
  return following < after ? following : integer + midpoint(fraction, null)
}

/** Compare two siblings by key (as bytes), then by id. */
export function comparePositions(a: [string, string], b: [string, string]): number {
  const at = a[0] === b[0] ? 1 : 0
  return a[at] < b[at] ? -1 : a[at] > b[at] ? 1 : 0
}

function integerLength(head: string): number {
  const code = head.charCodeAt(0)
  return code >= CODE_N ? code - CODE_N + 2 : CODE_M - code + 2
}

function integerOf(key: string): string {
  return key.slice(0, integerLength(key.charAt(0)))
}

function keyBelow(key: string): string {
  const integer = integerOf(key)
  return key.length > integer.length ? integer : stepInteger(integer, -1)
}

function stepInteger(integer: string, by: 1 | -1): string {
  const digits = integer.slice(1)
  const value = Number.parseInt(digits, 36) + by
  if (value >= 0 && value < 36 ** digits.length) {
    return integer.charAt(0) + value.toString(36).padStart(digits.length, '0')
  }
  const head = String.fromCharCode(integer.charCodeAt(0) + by)
  if (head < 'a' || head > 'z') throw new RangeError('No further key fits at this end.')
  return head + (by > 0 ? '0' : 'z').repeat(integerLength(head) - 1)
}

function midpoint(low: string, high: string | null): string {
  if (high !== null) {
    let shared = 0
    while (shared < high.length && (low.charAt(shared) || '0') === high.charAt(shared)) shared += 1
    if (shared) return high.slice(0, shared) + midpoint(low.slice(shared), high.slice(shared))
  }
  const first = low ? DIGITS.indexOf(low.charAt(0)) : 0
  const last = high === null ? DIGITS.length : DIGITS.indexOf(high.charAt(0))
  if (last - first > 1) return DIGITS.charAt(Math.floor((first + last) / 2))
  if (high !== null && high.length > 1) return high.charAt(0)
  return DIGITS.charAt(first) + midpoint(low.slice(1), null)
}
