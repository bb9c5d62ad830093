import { expect, test } from 'vitest'
import type { Command } from '../generated/protocol'
import { carried_out, words_of_command } from './commands'

const command = (more: Partial<Command>): Command => ({
  id: 'c',
  hub_id: 'h',
  kind: 'control_print',
  state: 'waiting',
  created_at: 0,
  updated_at: 0,
  ...more,
})

function watch(states: readonly Partial<Command>[]) {
  const seen: string[] = []
  let pauses = 0
  return {
    seen,
    pauses: () => pauses,
    read: (id: string) => {
      seen.push(id)
      return Promise.resolve(command(states[Math.min(seen.length, states.length) - 1] ?? {}))
    },
    pause: () => {
      pauses += 1
      return Promise.resolve()
    },
  }
}

test('an order is carried out once the hub took it', async () => {
  const hub = watch([{ state: 'waiting' }, { state: 'sent' }, { state: 'accepted' }])
  await carried_out({ command_id: 'c7' }, hub)
  expect(hub.seen).toEqual(['c7', 'c7', 'c7'])
  expect(hub.pauses()).toBe(2)
})

test('a refused order fails with the words of the hub', async () => {
  const hub = watch([{ state: 'refused', error_message: 'This print is over.' }])
  await expect(carried_out({ command_id: 'c' }, hub)).rejects.toThrow('This print is over.')
})

test('an order that is void says so', async () => {
  await expect(carried_out({ command_id: 'c' }, watch([{ state: 'expired' }]))).rejects.toThrow(
    /void/,
  )
})

test('an order that nobody answers is not waited for without end', async () => {
  const hub = watch([{ state: 'sent' }])
  await expect(carried_out({ command_id: 'c' }, hub)).rejects.toThrow(/not answered yet/)
  expect(hub.seen.length).toBeLessThan(100)
})

test('a refusal without a sentence gives its code', () => {
  expect(words_of_command(command({ state: 'refused', code: 'not_printing' }))).toContain(
    'not_printing',
  )
})
