import { expect, test } from 'vitest'
import { changes_between, words_of_action } from './changes'

test('only what differs is told', () => {
  const before = { id: '1', name: 'Left', hub_id: 'a', updated_at: 1 }
  expect(changes_between(before, { ...before, name: 'Right', updated_at: 2 })).toEqual([
    { name: 'name', before: 'Left', after: 'Right' },
  ])
})

test('what was made has no before, and what was removed no after', () => {
  expect(changes_between(undefined, { role: 'admin' })).toEqual([
    { name: 'role', before: undefined, after: 'admin' },
  ])
  expect(changes_between({ needs_clearing: true }, undefined)).toEqual([
    { name: 'needs clearing', before: 'yes', after: undefined },
  ])
})

test('whatever stands there is shown without failing', () => {
  expect(changes_between(null, 'text')).toEqual([])
  expect(changes_between({ ports: null }, { ports: { mqtt: 8883 } })).toEqual([
    { name: 'ports', before: undefined, after: '{"mqtt":8883}' },
  ])
  expect(changes_between({}, { note: 'x'.repeat(500) })[0]?.after?.length).toBeLessThan(130)
})

test('an action is read as words', () => {
  expect(words_of_action('hubs.mint_claim')).toBe('hubs: mint claim')
})
