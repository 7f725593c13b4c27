import { expect, test } from 'vitest'
import { errorMessageFrom } from './htmxErrors'

test('reads the reason from an error page', () => {
  expect(errorMessageFrom('<main><p data-refusal> Not in this stage. </p></main>')).toBe('Not in this stage.')
})

test('reads the reason from problem+json', () => {
  expect(errorMessageFrom('{"detail":"Gone."}', 'application/problem+json')).toBe('Gone.')
})

test('says what to do if the response has no reason', () => {
  expect(errorMessageFrom('<h1>Bad gateway</h1>')).toContain('try again')
  expect(errorMessageFrom('{', 'application/json')).toContain('try again')
})
