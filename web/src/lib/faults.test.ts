import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { NewPrinter } from '../generated/protocol'
import { place_faults, say_in_words, without_blanks } from './faults'
import { Problem } from './problem'

describe('blanks of a form', () => {
  test('are absent, and so is an object of nothing but blanks', () => {
    const ports = { mqtt: '', ftps: undefined, detect: Number.NaN }
    expect(without_blanks({ name: 'a', model: '', ports })).toEqual({ name: 'a' })
  })
  test.each([0, false])('are not %j', (value) => {
    expect(without_blanks({ value })).toEqual({ value })
  })
  test('leave a printer that the schema takes', () => {
    const typed = {
      hub_id: 'h',
      name: 'n',
      serial_number: '0300',
      access_code: 'c',
      ip_address: '',
      ports: { mqtt: '' },
    }
    expect(NewPrinter.safeParse(without_blanks(typed)).success).toBe(true)
    expect(NewPrinter.safeParse(typed).success).toBe(false)
  })
})

describe('a fault of the schema', () => {
  const words = (value: unknown) =>
    NewPrinter.safeParse(value, { error: say_in_words }).error?.issues.map(
      (issue) => `${issue.path.join('.')}: ${issue.message}`,
    )
  test.each([
    [{}, 'name: Please fill this in.'],
    [{ serial_number: '03' }, 'serial_number: Needs at least 4 characters.'],
    [{ name: 'x'.repeat(101) }, 'name: At most 100 characters fit.'],
    [{ ports: { mqtt: 0 } }, 'ports.mqtt: Must be at least 1.'],
    [{ ports: { mqtt: 70_000 } }, 'ports.mqtt: Must be at most 65535.'],
    [{ ports: { mqtt: 'abc' } }, 'ports.mqtt: Please enter a whole number.'],
    [{ ports: { mqtt: 1.5 } }, 'ports.mqtt: Please enter a whole number.'],
  ])('%j is said in words', (value, sentence) => expect(words(value)).toContain(sentence))
  test('of a choice asks to choose', () => {
    expect(z.enum(['a']).safeParse('b', { error: say_in_words }).error?.issues[0]?.message).toBe(
      'Please choose one of the list.',
    )
  })
})

// The form's side of the port: what react-hook-form would be told.
function fake_form(values: object) {
  const told: Record<string, string> = {}
  const focused: string[] = []
  return {
    told,
    focused,
    getValues: (() => values) as never,
    setError: ((name: string, { message }: { message: string }) => {
      told[name] = message
    }) as never,
    setFocus: ((name: string) => focused.push(name)) as never,
  }
}

describe("the server's faults", () => {
  test('stand under the fields they name, also inside others, and the first gets the focus', () => {
    const form = fake_form({ serial_number: 'x', ports: { mqtt: 1 } })
    const errors = [
      { field: 'ports.mqtt', says: 'is taken' },
      { field: 'serial_number', says: 'belongs to another printer.' },
    ]
    place_faults(new Problem(422, 'Correct it.', errors), form)
    expect(form.told).toEqual({
      'ports.mqtt': 'Is taken.',
      serial_number: 'Belongs to another printer.',
    })
    expect(form.focused).toEqual(['ports.mqtt'])
  })

  test('of fields that the form does not have are read at the top', () => {
    const form = fake_form({ name: '' })
    place_faults(new Problem(422, 'x', [{ field: 'hub_id', says: 'is gone' }]), form)
    expect(form.told).toEqual({ root: 'hub_id: is gone' })
  })

  test.each(['constructor', '__proto__.polluted', 'name.length', ''])(
    'never land on %j',
    (field) => {
      const form = fake_form({ name: 'x' })
      place_faults(new Problem(422, 'x', [{ field, says: 'bad' }]), form)
      expect(Object.keys(form.told)).toEqual(['root'])
    },
  )

  test('without fields say their sentence at the top', () => {
    const form = fake_form({ name: '' })
    place_faults(new Problem(409, 'A print is open on it.'), form)
    expect(form.told).toEqual({ root: 'A print is open on it.' })
  })

  test('that are no refusal at all still say something', () => {
    const form = fake_form({})
    place_faults(undefined, form)
    expect(form.told.root).toBe('Something unexpected failed.')
  })
})
