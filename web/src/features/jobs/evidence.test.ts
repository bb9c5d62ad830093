import { expect, test } from 'vitest'
import { evidence_facts } from './evidence'

const words = (evidence: Parameters<typeof evidence_facts>[0]) =>
  evidence_facts(evidence, 0).map(({ name, says }) => `${name}: ${says}`)

test('what the printer said last is told in words', () => {
  expect(words({ gcode_state: 'RUNNING', subtask_name: 'cube-7Q', mc_percent: 3 })).toEqual([
    'The printer was: printing',
    'Print on its screen: cube-7Q',
    'Progress then: 3 %',
  ])
})

test('a word that is not known is shown as it came', () => {
  expect(words({ gcode_state: 'DREAMING' })).toEqual(['The printer was: DREAMING'])
})

test('an error is shown as printers show it, also one with its highest bit set', () => {
  expect(words({ print_error: 0x03008003 })).toEqual(['Error code: 0300-8003'])
  expect(words({ print_error: -1 })).toEqual(['Error code: FFFF-FFFF'])
})

test('what says nothing is left out, and zero percent says something', () => {
  expect(words(undefined)).toEqual([])
  expect(words({ gcode_start_time: '0', print_error: 0, note: '' })).toEqual([])
  expect(words({ mc_percent: 0 })).toEqual(['Progress then: 0 %'])
})
