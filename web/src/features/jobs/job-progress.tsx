import type { Job } from '../../generated/protocol'
import { bytes, duration_minutes, layers, percent } from '../../lib/format'
import { useLivePrinter, useLiveTransfer } from '../../lib/live'
import { Progress } from '../../ui/progress'

// How far a job is, by what is heard right now; nothing while nothing is heard.
export function JobProgress({ job }: { job: Job }) {
  if (job.state === 'sending') return <TransferProgress job={job} />
  if (job.state === 'printing' || job.state === 'paused') return <PrintingProgress job={job} />
  return null
}

function TransferProgress({ job }: { job: Job }) {
  const transfer = useLiveTransfer(job.id)
  // The hub's word may still be of the stage before.
  if (!transfer || transfer.stage !== job.stage) return null
  const { bytes_sent, bytes_total } = transfer
  return (
    <div>
      <p className="figures mb-1 text-xs text-ink-2">
        {bytes(bytes_sent)} of {bytes(bytes_total)}
      </p>
      <Progress
        label={`Transfer of ${job.file_name}`}
        value={bytes_total > 0 ? bytes_sent / bytes_total : undefined}
      />
    </div>
  )
}

function PrintingProgress({ job }: { job: Job }) {
  const live = useLivePrinter(job.printer_id)
  const { status } = live ?? {}
  // The printer may be heard before or after the job's row: only when they agree is it this job's.
  if (!status || status.state !== job.state || live?.print?.type === 'external') return null
  return (
    <div>
      <p className="figures mb-1 flex justify-between gap-3 text-xs text-ink-2">
        <span>
          <span className="font-medium text-ink">{percent(status.progress_percent)}</span> · layer{' '}
          {layers(status.layer_current, status.layer_total)}
        </span>
        {status.time_remaining_minutes !== undefined && (
          <span>{duration_minutes(status.time_remaining_minutes)} left</span>
        )}
      </p>
      <Progress
        label={`Print of ${job.file_name}`}
        value={status.progress_percent === undefined ? undefined : status.progress_percent / 100}
        tone={job.state === 'paused' ? 'warning' : 'info'}
      />
    </div>
  )
}
