import { expect, test } from 'vitest'
import { may_decide_about, roles_to_give } from './member-rules'

test('an owner gives every role, an admin only those below his own, the rest none', () => {
  expect(roles_to_give('owner')).toEqual(['viewer', 'operator', 'admin', 'owner'])
  expect(roles_to_give('admin')).toEqual(['viewer', 'operator'])
  expect(roles_to_give('operator')).toEqual([])
  expect(roles_to_give('viewer')).toEqual([])
})

test('an admin decides about no other admin and no owner', () => {
  expect(may_decide_about('admin', 'operator')).toBe(true)
  expect(may_decide_about('admin', 'admin')).toBe(false)
  expect(may_decide_about('admin', 'owner')).toBe(false)
})
