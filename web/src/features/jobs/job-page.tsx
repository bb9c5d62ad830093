import { useQuery } from '@tanstack/react-query'
import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Job } from '../../generated/protocol'
import { duration_seconds, moment, unknown_mark } from '../../lib/format'
import { useServerNow } from '../../lib/live'
import { job_query, members_query, printers_query } from '../../lib/queries'
import { Fact, Section } from '../../ui/card'
import { LoadFailed, PageHeader } from '../../ui/page'
import { Skeleton } from '../../ui/skeleton'
import { JobList } from './job-list'
import { JobStory } from './job-story'
import { is_before_start } from './job-view'
import { priority_words } from './queue-order'

interface JobPageProps {
  id: string
  // The button that says "the plate is empty" of a printer.
  plate_action: (printer_id: string) => ReactNode
}

export function JobPage({ id, plate_action }: JobPageProps) {
  const job = useQuery(job_query(id))
  return (
    <>
      <Link
        to="/jobs"
        className="mb-2 -ml-1 inline-flex h-7 items-center gap-1 rounded-md pr-2 text-sm text-ink-2 hover:text-ink"
      >
        <ChevronLeft aria-hidden className="size-4" />
        Jobs
      </Link>
      {job.isPending && <Skeleton className="h-96" />}
      {job.isError && !job.data && (
        <LoadFailed error={job.error} onRetry={() => void job.refetch()} />
      )}
      {job.data && (
        <>
          <PageHeader title={job.data.file_name} />
          <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
            <div className="min-w-0 space-y-5">
              <Section title="Now">
                <JobList jobs={[job.data]} plate_action={plate_action} />
              </Section>
              <JobStory job_id={id} />
            </div>
            <JobFacts job={job.data} />
          </div>
        </>
      )}
    </>
  )
}

function JobFacts({ job }: { job: Job }) {
  const server_now = useServerNow(15_000)
  const { data: members } = useQuery(members_query)
  const { data: printers } = useQuery(printers_query)
  const who = members?.find((one) => one.user_id === job.submitted_by)?.name
  const printer = printers?.find((one) => one.id === job.printer_id)
  const took =
    job.started_at === undefined || job.ended_at === undefined
      ? undefined
      : (job.ended_at - job.started_at) / 1000
  return (
    <Section title="Facts">
      <dl className="divide-y px-4 py-1 sm:px-5">
        <Fact name="File">
          {job.file_id === undefined ? (
            'not from here'
          ) : (
            <Link to={`/files/${job.file_id}`} className="underline underline-offset-3">
              {job.file_name}
            </Link>
          )}
        </Fact>
        <Fact name="Plate">{job.plate ?? unknown_mark}</Fact>
        <Fact name="Printer">{printer?.name ?? unknown_mark}</Fact>
        {is_before_start(job) && <Fact name="Priority">{priority_words(job.priority)}</Fact>}
        <Fact name="Added by">
          {job.kind === 'external' ? 'somebody at the printer' : (who ?? unknown_mark)}
        </Fact>
        <Fact name="Added">{moment(job.created_at, server_now)}</Fact>
        <Fact name="Started">{moment(job.started_at, server_now)}</Fact>
        <Fact name="Ended">{moment(job.ended_at, server_now)}</Fact>
        <Fact name="Took">{duration_seconds(took)}</Fact>
      </dl>
    </Section>
  )
}
