import { expect, test } from 'vitest'
import { in_groups_of_four } from './secret-groups'

test.each([
  ['JBSWY3DPEHPK3PXP', 'JBSW Y3DP EHPK 3PXP'],
  ['ABCDE', 'ABCD E'],
  ['', ''],
])('%j is shown as %j', (secret, shown) => {
  expect(in_groups_of_four(secret)).toBe(shown)
})
