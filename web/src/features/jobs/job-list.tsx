import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Job } from '../../generated/protocol'
import { useServerNow } from '../../lib/live'
import { printers_query } from '../../lib/queries'
import { JobRow } from './job-row'

interface JobListProps {
  jobs: readonly Job[]
  plate_action?: (printer_id: string) => ReactNode
  // Where the order of the list is one that people may change.
  move_action?: (job: Job) => ReactNode
}

const clock_step_ms = 5000

export function JobList({ jobs, plate_action, move_action }: JobListProps) {
  const { data: printers } = useQuery(printers_query)
  const server_now = useServerNow(clock_step_ms)
  const by_id = new Map(printers?.map((printer) => [printer.id, printer]))
  const last_on_printer = newest_by_printer(jobs)
  return (
    <ul className="@container divide-y">
      {jobs.map((job) => (
        <JobRow
          key={job.id}
          job={job}
          printer={job.printer_id === undefined ? undefined : by_id.get(job.printer_id)}
          server_now={server_now}
          move_action={move_action?.(job)}
          // Only what was printed last lies on the plate.
          plate_action={
            job.printer_id !== undefined &&
            last_on_printer.get(job.printer_id) === job.id &&
            plate_action?.(job.printer_id)
          }
        />
      ))}
    </ul>
  )
}

export function newest_by_printer(jobs: readonly Job[]): Map<string, string> {
  const newest = new Map<string, Job>()
  for (const job of jobs) {
    // What never started left nothing on the plate.
    if (job.printer_id === undefined || job.started_at === undefined) continue
    const other = newest.get(job.printer_id)
    if (!other || (job.ended_at ?? job.created_at) > (other.ended_at ?? other.created_at))
      newest.set(job.printer_id, job)
  }
  return new Map([...newest].map(([printer_id, job]) => [printer_id, job.id]))
}
