// What an entry of the audit log changed, name by name: only what differs, as one reads it.

export interface Change {
  name: string
  before: string | undefined
  after: string | undefined
}

// These differ at every change and say nothing by themselves.
const dull = new Set(['updated_at', 'created_at', 'id'])
const value_characters_max = 120

export function changes_between(before: unknown, after: unknown): Change[] {
  const [old, fresh] = [fields_of(before), fields_of(after)]
  const names = [...new Set([...Object.keys(old), ...Object.keys(fresh)])]
  return names
    .filter((name) => !dull.has(name))
    .map((name) => ({
      name: name.replaceAll('_', ' '),
      before: text_of(old[name]),
      after: text_of(fresh[name]),
    }))
    .filter((change) => change.before !== change.after)
}

function fields_of(value: unknown): Record<string, unknown> {
  // The line proves that it is an object; its values are read as unknown.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function text_of(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > value_characters_max ? `${text.slice(0, value_characters_max)}…` : text
}

// "printers.move" as "printers: move".
export function words_of_action(action: string): string {
  return action.replace('.', ': ').replaceAll('_', ' ')
}
