// A job's story in sentences. Reasons are the hub's own words and are shown beside them.
import type { JobAttempt, Member, StoryEntry } from '../../generated/protocol'
import type { Tone } from '../../lib/tone'

type AttemptState = JobAttempt['state']

const attempt_words: Record<AttemptState, { label: string; tone: Tone }> = {
  requested: { label: 'Ordered', tone: 'info' },
  received: { label: 'The hub has it', tone: 'info' },
  fetched: { label: 'File at the hub', tone: 'info' },
  uploaded: { label: 'File at the printer', tone: 'info' },
  starting: { label: 'Starting', tone: 'info' },
  started: { label: 'Started', tone: 'info' },
  finished: { label: 'Finished', tone: 'success' },
  failed: { label: 'Failed', tone: 'danger' },
  stopped: { label: 'Stopped', tone: 'neutral' },
  rejected: { label: 'Refused', tone: 'danger' },
  aborted: { label: 'Taken back', tone: 'neutral' },
  not_started: { label: 'Did not start', tone: 'warning' },
  unknown: { label: 'Not known', tone: 'danger' },
}

export function words_of_attempt(state: AttemptState): { label: string; tone: Tone } {
  return attempt_words[state]
}

function state_in_words(state: string | undefined): string | undefined {
  if (state === undefined) return undefined
  // A word of another kind ("paused") stands for itself.
  return Object.hasOwn(attempt_words, state)
    ? attempt_words[state as AttemptState].label.toLowerCase()
    : state
}

const control_words: Record<string, string> = { pause: 'Pause', resume: 'Resume', stop: 'Stop' }

export function title_of_entry({ kind, state }: StoryEntry): string {
  const what = state_in_words(state)
  switch (kind) {
    case 'created':
      return 'Created'
    case 'changed':
      return 'Changed in the queue'
    case 'start_asked':
      return 'Start ordered'
    case 'waits':
      return 'Could not start yet'
    case 'cancel_asked':
      return 'Cancel asked for'
    case 'control_asked':
      return `${control_words[state ?? ''] ?? 'An order'} asked for`
    case 'answered':
      return what ? `Answered: ${what}` : 'Answered'
    case 'reported':
      return what ? `Hub reports: ${what}` : 'Hub reports'
    case 'print_seen':
      return what ? `Seen at the printer: ${what}` : 'Seen at the printer'
    case 'command_settled':
      return what ? `Order ${what} by the hub` : 'The hub answered an order'
    case 'asked_hub':
      return 'The hub was asked what it knows'
    case 'hub_offline':
      return 'The hub went offline'
    case 'alarm':
      return 'It was taken for not started, and yet it printed'
  }
}

export function who_of_entry(
  { actor_kind, actor_id }: Pick<StoryEntry, 'actor_kind' | 'actor_id'>,
  members: readonly Member[],
): string {
  switch (actor_kind) {
    case 'user':
      return members.find((one) => one.user_id === actor_id)?.name ?? 'a former member'
    case 'api_key':
      return 'an API key'
    case 'hub':
      return 'the hub'
    case 'system':
      return 'the server'
  }
}
