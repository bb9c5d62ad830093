// What the server says when it refuses (RFC 9457), and what we say when it says nothing.

export interface FieldFault {
  field: string
  says: string
}

export class Problem extends Error {
  readonly status: number
  readonly errors: readonly FieldFault[]
  readonly request_id: string | undefined
  // One word that tells this refusal from others of its status ("totp_required").
  readonly type: string | undefined

  constructor(
    status: number,
    detail: string,
    errors: readonly FieldFault[] = [],
    request_id?: string,
    type?: string,
  ) {
    super(detail)
    this.name = 'Problem'
    this.status = status
    this.errors = errors
    this.request_id = request_id
    this.type = type
  }
}

// Status of a Problem that no server sent: the request never got an answer.
export const unreachable_status = 0

export function unreachable(): Problem {
  return new Problem(
    unreachable_status,
    'The server cannot be reached. Check that it is running and that this device is online, then try again.',
  )
}

function words_of_status(status: number): string {
  if (status === 403) return 'Your role does not allow this. Ask an admin of your organization.'
  if (status === 404) return 'This no longer exists. Go back to the list to see what does.'
  if (status === 413) return 'This is larger than the server accepts.'
  if (status === 429) return 'Too many requests at once. Wait a moment, then try again.'
  if (status >= 500)
    return 'The server failed to do this. Try again; if it stays, look into its log.'
  return `The server refused this (status ${status}).`
}

function text_of(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null || !(key in value)) return undefined
  // The line above proved that the key is there; TypeScript cannot carry that to a computed name.
  const text = (value as Record<string, unknown>)[key]
  return typeof text === 'string' && text !== '' ? text : undefined
}

function faults_of(value: unknown): FieldFault[] {
  if (typeof value !== 'object' || value === null || !('errors' in value)) return []
  if (!Array.isArray(value.errors)) return []
  return value.errors.flatMap((entry: unknown) => {
    const field = text_of(entry, 'field')
    const sentence = text_of(entry, 'says')
    return field && sentence ? [{ field, says: sentence }] : []
  })
}

// Never throws: whatever the body is, there is a sentence to show.
export function problem_of(status: number, body: string): Problem {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    // A proxy's HTML page, or nothing: the status speaks for itself.
    return new Problem(status, words_of_status(status))
  }
  return new Problem(
    status,
    text_of(value, 'detail') ?? text_of(value, 'title') ?? words_of_status(status),
    faults_of(value),
    text_of(value, 'request_id'),
    text_of(value, 'type'),
  )
}

export function says(error: unknown): string {
  return error instanceof Error && error.message !== ''
    ? error.message
    : 'Something unexpected failed.'
}
