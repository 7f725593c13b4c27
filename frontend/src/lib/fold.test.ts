import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { fold } from './fold'

interface Vectors {
  folded: [string, string][]
}
// tests/comments/test_mentions.py checks Python and SQL against the same file.
const vectors = JSON.parse(readFileSync('../tests/comments/fold_vectors.json', 'utf8')) as Vectors

it.each(vectors.folded)('folds %s as the server does', (text, folded) => expect(fold(text)).toBe(folded))
