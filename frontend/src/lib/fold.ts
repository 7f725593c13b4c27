/** Text as it is compared: the same as fold() of core/fields.py (tests/comments/fold_vectors.json). */

/** Fold case, compatibility forms, and i with or without a dot. */
export function fold(text: string): string {
  // Character by character: lower-casing a word would make a last sigma another letter.
  const folded = [...text.normalize('NFKD')].map((char) => char.toLowerCase().toUpperCase().toLowerCase()).join('')
  return folded.replaceAll('i\u0307', 'i').replaceAll('ı', 'i').normalize('NFKD')
}

/** Whether a character belongs to the one before it, as a combining accent does. */
export function isCombiningMark(char: string): boolean {
  return /^\p{M}/u.test(char.normalize('NFKD'))
}
