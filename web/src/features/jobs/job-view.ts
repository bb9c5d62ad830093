// A job in words. Only what its row says: a wish ("start", "cancel") changes nothing here until the
// server has written it down.
import type { Job } from '../../generated/protocol'
import type { Tone } from '../../lib/tone'

export interface JobView {
  label: string
  tone: Tone
  // What stands in the way or how it ended.
  note?: string
  open: boolean
  can_start: boolean
  can_cancel: boolean
  can_pause: boolean
  can_resume: boolean
}

const stage_words: Record<NonNullable<Job['stage']>, string> = {
  fetching: 'Sending to the hub',
  uploading: 'Sending to the printer',
  starting: 'Starting',
}

const question =
  'Nobody heard how the start went. Look at the printer and say what happened: nothing else starts on it until then.'

function state_words(job: Job): { label: string; tone: Tone } {
  switch (job.state) {
    // Queued without a printer, assigned with one: neither was told to a hub.
    case 'queued':
    case 'assigned':
      if (job.reason) return { label: 'Not started', tone: 'danger' }
      return job.waiting_for
        ? { label: 'Waiting', tone: 'warning' }
        : { label: 'Queued', tone: 'neutral' }
    case 'sending':
      return { label: job.stage ? stage_words[job.stage] : 'Sending', tone: 'info' }
    case 'printing':
      return { label: 'Printing', tone: 'info' }
    case 'paused':
      return { label: 'Paused', tone: 'warning' }
    case 'complete':
      return { label: 'Finished', tone: 'success' }
    case 'cancelled':
      return { label: 'Cancelled', tone: 'neutral' }
    case 'failed':
      return { label: 'Failed', tone: 'danger' }
  }
}

const ended_states: ReadonlySet<Job['state']> = new Set(['complete', 'cancelled', 'failed'])

export function is_open(job: Pick<Job, 'state'>): boolean {
  return !ended_states.has(job.state)
}

export function is_before_start(job: Pick<Job, 'state'>): boolean {
  return job.state === 'queued' || job.state === 'assigned'
}

export function view_job(job: Job): JobView {
  const open = is_open(job)
  const view: JobView = {
    ...state_words(job),
    open,
    can_start: is_before_start(job) && !job.cancelling && !job.needs_answer,
    can_cancel: open && !job.cancelling,
    can_pause: job.state === 'printing' && !job.cancelling && !job.needs_answer,
    can_resume: job.state === 'paused' && !job.cancelling && !job.needs_answer,
  }
  if (open && job.cancelling) Object.assign(view, { label: 'Cancelling', tone: 'warning' })
  if (open && job.needs_answer) Object.assign(view, { label: 'Needs an answer', tone: 'danger' })
  // What an earlier attempt ran into stays until the next one.
  const obstacle = job.needs_answer ? (job.reason ?? question) : (job.reason ?? job.waiting_for)
  const note = open ? obstacle : job.reason
  if (note) view.note = sentence(note)
  return view
}

// The server's words stand alone here: "waiting for a clear plate" becomes a sentence.
function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
