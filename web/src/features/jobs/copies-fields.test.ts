import { expect, test } from 'vitest'
import { copies_of } from './copies-fields'

test.each([
  ['1', 1],
  [' 12 ', 12],
  ['500', 500],
])('%j copies are %i', (text, amount) => {
  expect(copies_of(text)).toBe(amount)
})

test.each(['', '0', '-1', '1.5', '501', '1e2', 'two'])('%j is no number of copies', (text) => {
  expect(copies_of(text)).toBeUndefined()
})
