import { describe, expect, test } from 'vitest'
import { ask_with_wanted, wanted_of } from './wanted'

describe('the wanted address', () => {
  test.each(['/printers', '/printers/0192-ab', '/printers?show=attention', '/jobs?a=b&c=d'])(
    '%s is kept over the sign-in page',
    (wanted) => {
      const asked = ask_with_wanted('/sign-in', wanted)
      expect(wanted_of(asked.slice(asked.indexOf('?')))).toBe(wanted)
    },
  )
  test('that is the overview needs no words', () =>
    expect(ask_with_wanted('/sign-in', '/')).toBe('/sign-in'))
  test.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '',
    '/a b',
    '/sign-in',
    '/sign-up?next=/x',
  ])('%s is not followed', (wanted) =>
    expect(wanted_of(`?next=${encodeURIComponent(wanted)}`)).toBe('/'),
  )
})
