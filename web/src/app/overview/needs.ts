// What needs a person, in the order of what waiting costs: an unanswered question blocks a machine that
// may be printing, a failed machine stands, a paused print cools down, a print that could not start lets its printer idle,
// an unreachable printer may, an uncleared plate waits.
import type { Hub, Job } from '../../generated/protocol'
import type { ViewedPrinter } from '../../features/printers/printer-list'
import { is_before_start, view_job } from '../../features/jobs/job-view'
import type { Tone } from '../../lib/tone'

export type NeedKind = 'error' | 'question' | 'paused' | 'refused' | 'hub' | 'connection' | 'plate'
const cost_order: readonly NeedKind[] = [
  'question',
  'error',
  'paused',
  'refused',
  'hub',
  'connection',
  'plate',
]

export interface Need {
  key: string
  kind: NeedKind
  tone: Tone
  title: string
  says: string
  path: string
  // Set where the plate is what is waited for.
  clear?: { id: string; name: string }
  // Set where a person's word about a print is what is waited for.
  answer?: Job
}

interface Farm {
  viewed: readonly ViewedPrinter[]
  hubs: readonly Hub[]
  jobs: readonly Job[]
}

export function needs_of({ viewed, hubs, jobs }: Farm): Need[] {
  const offline = hubs.filter((hub) => !hub.online)
  const offline_ids = new Set(offline.map((hub) => hub.id))
  return [
    ...offline.map(need_of_hub),
    ...jobs.flatMap(need_of_job),
    ...viewed.flatMap((one) => {
      // Five printers of one silent hub are one thing to look after.
      const told_by_hub = one.view.attention === 'connection' && offline_ids.has(one.printer.hub_id)
      return told_by_hub ? [] : need_of_printer(one)
    }),
  ].toSorted((a, b) => cost_order.indexOf(a.kind) - cost_order.indexOf(b.kind))
}

function need_of_hub(hub: Hub): Need {
  return {
    key: `hub:${hub.id}`,
    kind: 'hub',
    tone: 'warning',
    title: `${hub.name} is offline`,
    says: 'Check the hub’s power and network. Nothing new starts on its printers until it is back.',
    path: '/hubs',
  }
}

function need_of_job(job: Job): Need[] {
  const base = { key: `job:${job.id}`, says: view_job(job).note ?? '', path: `/jobs/${job.id}` }
  if (job.needs_answer) {
    return [
      {
        ...base,
        kind: 'question',
        tone: 'danger',
        title: `Did ${job.file_name} start?`,
        answer: job,
      },
    ]
  }
  if (is_before_start(job) && job.reason) {
    return [
      { ...base, kind: 'refused', tone: 'warning', title: `${job.file_name} was not started` },
    ]
  }
  return []
}

function need_of_printer({ printer, name, view }: ViewedPrinter): Need[] {
  const base = { key: `printer:${printer.id}`, path: `/printers/${printer.id}` }
  switch (view.attention) {
    case 'error':
      return [
        {
          ...base,
          kind: 'error',
          tone: 'danger',
          title: `${name} reports an error`,
          says: 'Look at its screen and clear the error there.',
        },
      ]
    case 'paused':
      return [
        {
          ...base,
          kind: 'paused',
          tone: 'warning',
          title: `${name} is paused`,
          says: 'See on its screen why; then resume or stop it, there or here.',
        },
      ]
    case 'connection': {
      const title = view.trouble ? `${name}: ${view.trouble.title}` : `${name} is not connected`
      return [
        { ...base, kind: 'connection', tone: 'warning', title, says: view.trouble?.remedy ?? '' },
      ]
    }
    case 'plate':
      return [
        {
          ...base,
          kind: 'plate',
          tone: 'neutral',
          title: `${name} needs clearing`,
          says: 'Take the print off and say that the plate is empty.',
          clear: { id: printer.id, name },
        },
      ]
    case undefined:
      return []
  }
}
