import { expect, test } from 'vitest'
import { errorMessageFrom } from './htmxErrors'

test('the reason of a refusal comes from its page', () => {
  expect(errorMessageFrom('<main><p data-refusal> Not in this stage. </p></main>')).toBe('Not in this stage.')
})

test('the reason of a refusal comes from problem+json', () => {
  expect(errorMessageFrom('{"detail":"Gone."}', 'application/problem+json')).toBe('Gone.')
})

test('an answer without a reason still says what to do', () => {
  expect(errorMessageFrom('<h1>Bad gateway</h1>')).toContain('try again')
  expect(errorMessageFrom('{', 'application/json')).toContain('try again')
})
