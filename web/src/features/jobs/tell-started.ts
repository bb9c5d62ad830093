import type { Job } from '../../generated/protocol'
import { tell } from '../../ui/toaster'
import { is_before_start, view_job } from './job-view'

// Says what the server wrote down, which is less than "it prints": that comes from the printer.
export function tell_started(job: Job): void {
  const view = view_job(job)
  if (is_before_start(job)) tell(`${job.file_name} is in the queue`, view.note)
  else tell(`${job.file_name} is on its way`, `${view.label}.`)
}
