import { expect, test } from 'vitest'
import { moves_in_queue, priority_words } from './queue-order'

const queue = [{ id: 'a' }, { id: 'b' }, { id: 'c' }]

test('a job in the middle moves before the one above, or lets the one below pass', () => {
  expect(moves_in_queue(queue, 'b')).toEqual({
    up: { job_id: 'b', before_id: 'a' },
    down: { job_id: 'c', before_id: 'b' },
  })
})

test('the first goes no further up, and the last no further down', () => {
  expect(moves_in_queue(queue, 'a').up).toBeUndefined()
  expect(moves_in_queue(queue, 'c').down).toBeUndefined()
  expect(moves_in_queue([{ id: 'a' }], 'a')).toEqual({})
})

test('a job that is no longer in the queue goes nowhere', () => {
  expect(moves_in_queue(queue, 'gone')).toEqual({})
})

test('a priority has a name, or is its number', () => {
  expect(priority_words(50)).toBe('Normal')
  expect(priority_words(73)).toBe('73')
})
