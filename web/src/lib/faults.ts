// Between forms and faults: blanks are absent, schema faults are sentences, the server's faults find
// their fields.
import type { FieldPath, FieldValues, UseFormReturn } from 'react-hook-form'
import type { z } from 'zod'
import { Problem, says } from './problem'

// An empty field says nothing, and the wire has no empty values: "" and NaN are left out, and so is
// an object of nothing but such.
export function without_blanks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(without_blanks)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).flatMap(([key, inner]) => {
    const one = without_blanks(inner)
    const blank = one === undefined || one === '' || (typeof one === 'number' && Number.isNaN(one))
    const hollow =
      typeof one === 'object' &&
      one !== null &&
      !Array.isArray(one) &&
      Object.keys(one).length === 0
    return blank || hollow ? [] : [[key, one] as const]
  })
  return Object.fromEntries(kept)
}

// The generated schemas carry limits, no words.
export function say_in_words(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'Please fill this in.'
      return issue.expected === 'number' || issue.expected === 'int'
        ? 'Please enter a whole number.'
        : 'This cannot be used here.'
    case 'too_small':
      return issue.origin === 'string'
        ? `Needs at least ${issue.minimum} characters.`
        : `Must be at least ${issue.minimum}.`
    case 'too_big':
      return issue.origin === 'string'
        ? `At most ${issue.maximum} characters fit.`
        : `Must be at most ${issue.maximum}.`
    case 'invalid_value':
      return 'Please choose one of the list.'
    default:
      return 'This cannot be used here.'
  }
}

type FaultPlaces<T extends FieldValues> = Pick<
  UseFormReturn<T>,
  'setError' | 'getValues' | 'setFocus'
>

// Faults of fields that this form does not have must still be read by somebody: they go to the top.
export function place_faults<T extends FieldValues>(error: unknown, form: FaultPlaces<T>): void {
  const faults = error instanceof Problem ? error.errors : []
  const loose: string[] = []
  let focused = false
  for (const fault of faults) {
    const path = own_path(fault.field, form.getValues())
    if (path === undefined) {
      loose.push(`${fault.field}: ${fault.says}`)
      continue
    }
    // own_path found it among the form's own values.
    const name = path as FieldPath<T>
    form.setError(name, { type: 'server', message: sentence(fault.says) })
    if (!focused) form.setFocus(name)
    focused = true
  }
  if (loose.length > 0) form.setError('root', { type: 'server', message: loose.join('; ') })
  else if (faults.length === 0) form.setError('root', { type: 'server', message: says(error) })
}

function own_path(field: string, values: unknown): string | undefined {
  let at = values
  for (const step of field.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    at = (at as Record<string, unknown>)[step] // hasOwn proved the key.
  }
  return field
}

// The server says "is longer than 100 characters": under a field that is a sentence.
function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(first) ? first : `${first}.`
}
