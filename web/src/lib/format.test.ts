import { describe, expect, test } from 'vitest'
import * as format from './format'

describe('an unknown value', () => {
  test.each([
    format.degrees,
    format.percent,
    format.grams,
    format.meters,
    format.millimeters,
    format.bytes,
    format.duration_minutes,
    format.duration_seconds,
    format.fingerprint,
  ])('is a dash, never zero (%o)', (show) => expect(show(undefined)).toBe('–'))
  test('is a dash as an age, a moment and a layer', () => {
    expect(format.age(undefined, 0)).toBe('–')
    expect(format.moment(undefined, 0)).toBe('–')
    expect(format.layers(undefined, undefined)).toBe('–')
    expect(format.layers(3, undefined)).toBe('3 / –')
    expect(format.layers(undefined, 9)).toBe('– / 9')
  })
})

describe('zero', () => {
  test('is a value', () => {
    expect(format.degrees(0)).toBe('0 °C')
    expect(format.percent(0)).toBe('0 %')
    expect(format.grams(0)).toBe('0 g')
    expect(format.duration_minutes(0)).toBe('0 min')
    expect(format.layers(0, 10)).toBe('0 / 10')
  })
})

describe('a duration', () => {
  test.each([
    [0.4, '0 min'],
    [59, '59 min'],
    [60, '1 h'],
    [84, '1 h 24 min'],
    [1440, '1 d'],
    [1500, '1 d 1 h'],
    [3000, '2 d 2 h'],
  ])('of %d minutes is %s', (minutes, text) => expect(format.duration_minutes(minutes)).toBe(text))
  test('under a minute is in seconds', () => expect(format.duration_seconds(42)).toBe('42 s'))
})

describe('an age', () => {
  test.each([
    [0, 'just now'],
    [59, '59 s ago'],
    [60, '1 min ago'],
    [3599, '59 min ago'],
    [3600, '1 h ago'],
    [47 * 3600, '47 h ago'],
    [72 * 3600, '3 days ago'],
  ])('of %d seconds is %s', (seconds, text) => expect(format.age(0, seconds * 1000)).toBe(text))
  test('from a clock that runs ahead is now, not negative', () =>
    expect(format.age(5000, 0)).toBe('just now'))
})

describe('an amount', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [240_167, '240 kB'],
    [41_900_000, '41.9 MB'],
    [5e12, '5,000 GB'],
  ])('of %d bytes is %s', (bytes, text) => expect(format.bytes(bytes)).toBe(text))
  test('of a heavy print is in kilograms', () => {
    expect(format.grams(999)).toBe('999 g')
    expect(format.grams(1250)).toBe('1.25 kg')
    expect(format.grams(6.75)).toBe('6.8 g')
  })
  test('is never rounded up to done', () => expect(format.percent(99.9)).toBe('99 %'))
  test('of one is in the singular', () => {
    expect(format.count(1, 'printer')).toBe('1 printer')
    expect(format.count(0, 'printer')).toBe('0 printers')
  })
})

test('a moment of another day says which', () => {
  const noon = new Date(2026, 10, 22, 12, 0).getTime()
  expect(format.moment(noon, noon)).not.toMatch(/Sun|Nov/)
  expect(format.moment(noon, noon + 86_400_000)).toMatch(/Sun/)
  expect(format.moment(noon, noon + 30 * 86_400_000)).toMatch(/Nov/)
})
