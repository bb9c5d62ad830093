import {
  CircleCheck,
  CircleHelp,
  CircleX,
  Clock,
  type LucideIcon,
  Pause,
  Play,
  Send,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { api } from '../../generated/api'
import type { Job, Printer } from '../../generated/protocol'
import { age, duration_seconds } from '../../lib/format'
import { Badge } from '../../ui/badge'
import { Picture } from '../../ui/picture'
import { JobActions } from './job-actions'
import { JobProgress } from './job-progress'
import { is_before_start, view_job } from './job-view'
import { priority_words, usual_priority } from './queue-order'

interface JobRowProps {
  job: Job
  printer: Printer | undefined
  server_now: number
  // Beside an ended job whose printer waits for its plate to be cleared.
  plate_action?: ReactNode
  move_action?: ReactNode
}

const state_icons: Record<Job['state'], LucideIcon> = {
  queued: Clock,
  assigned: Clock,
  sending: Send,
  printing: Play,
  paused: Pause,
  complete: CircleCheck,
  cancelled: CircleX,
  failed: CircleX,
}

// A print that was started elsewhere has no file here.
function thumbnail_of({ file_id, plate }: Job): string | undefined {
  if (file_id === undefined || plate === undefined) return undefined
  return api.files.thumbnail(file_id, plate)
}

export function JobRow({ job, printer, server_now, plate_action, move_action }: JobRowProps) {
  const view = view_job(job)
  const Icon = job.needs_answer ? CircleHelp : state_icons[job.state]
  return (
    <li
      data-job={job.id}
      className="grid grid-cols-[3rem_minmax(0,1fr)] items-center gap-x-4 gap-y-2 px-4 py-3 sm:px-5 @3xl:grid-cols-[3rem_minmax(0,5fr)_minmax(0,4fr)_auto]"
    >
      <Picture src={thumbnail_of(job)} className="w-12" />
      <div className="min-w-0">
        <p className="truncate font-medium" title={job.file_name}>
          <Link to={`/jobs/${job.id}`} className="hover:underline">
            {job.file_name}
          </Link>
          {job.plate !== undefined && job.plate > 1 && (
            <span className="font-normal text-ink-3"> · plate {job.plate}</span>
          )}
        </p>
        <p className="figures truncate text-sm text-ink-3">
          {job.printer_id === undefined ? (
            'no printer yet'
          ) : (
            <Link
              to={`/printers/${job.printer_id}`}
              className="text-ink-2 underline decoration-line-strong underline-offset-3 hover:decoration-current"
            >
              {printer?.name ?? 'a removed printer'}
            </Link>
          )}{' '}
          · {when(job, server_now)}
          {is_before_start(job) &&
            job.priority !== usual_priority &&
            ` · priority ${priority_words(job.priority).toLowerCase()}`}
          {job.kind === 'external' && ' · started elsewhere'}
        </p>
      </div>
      <div className="col-start-2 min-w-0 space-y-1.5 @3xl:col-start-auto">
        <Badge tone={view.tone} icon={<Icon aria-hidden />}>
          {view.label}
        </Badge>
        {view.note && <p className="text-sm text-ink-2">{view.note}</p>}
        <JobProgress job={job} />
      </div>
      <div className="col-start-2 flex flex-wrap items-center gap-2 empty:hidden @3xl:col-start-auto @3xl:w-72 @3xl:justify-end @3xl:empty:block">
        {move_action}
        {plate_action}
        <JobActions job={job} view={view} printer={printer} />
      </div>
    </li>
  )
}

function when(job: Job, server_now: number): string {
  if (job.ended_at !== undefined) {
    const took =
      job.started_at === undefined
        ? ''
        : `, took ${duration_seconds((job.ended_at - job.started_at) / 1000)}`
    return `ended ${age(job.ended_at, server_now)}${took}`
  }
  if (job.started_at !== undefined) return `started ${age(job.started_at, server_now)}`
  return `added ${age(job.created_at, server_now)}`
}
