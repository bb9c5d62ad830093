import { expect, test } from 'vitest'
import { settings_pages_for } from './settings-pages'

const names = (role: 'viewer' | 'operator' | 'admin' | 'owner') =>
  settings_pages_for(role).map(({ name }) => name)

test('a role is offered the pages that it may read, and no other', () => {
  expect(names('viewer')).toEqual(['Account', 'Members'])
  expect(names('operator')).toEqual(['Account', 'Members'])
  expect(names('admin')).toEqual(['Account', 'Members', 'API keys', 'Audit log'])
  expect(names('owner')).toEqual(names('admin'))
})
