import { expect, test } from 'vitest'
import { reasonOf } from './failures'

test('the reason of a refusal comes from its page', () => {
  expect(reasonOf('<main><p data-refusal> Not in this stage. </p></main>')).toBe(
    'Not in this stage.',
  )
})

test('the reason of a refusal comes from problem+json', () => {
  expect(reasonOf('{"detail":"Gone."}', 'application/problem+json')).toBe('Gone.')
})

test('an answer without a reason still says what to do', () => {
  expect(reasonOf('<h1>Bad gateway</h1>')).toContain('try once more')
  expect(reasonOf('{', 'application/json')).toContain('try once more')
})
