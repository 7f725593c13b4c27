/**
 * Case folding for comparisons. Gives the same results as `fold()` in core/fields.py
 * (tests/comments/fold_vectors.json).
 */

/** Fold case, compatibility forms, and dotted and dotless i. */
export function fold(text: string): string {
  // Character by character, because lower-casing a whole word changes a final sigma.
  const folded = [...text.normalize('NFKD')].map((char) => char.toLowerCase().toUpperCase().toLowerCase()).join('')
  return folded.replaceAll('i\u0307', 'i').replaceAll('ı', 'i').normalize('NFKD')
}

/** Return whether a character combines with the one before it, such as an accent. */
export function isCombiningMark(char: string): boolean {
  return /^\p{M}/u.test(char.normalize('NFKD'))
}
