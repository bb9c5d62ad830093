import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { ListChecks, Play } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Job } from '../../generated/protocol'
import { count } from '../../lib/format'
import { jobs_query, open_jobs_query, queue_query } from '../../lib/queries'
import { useMay } from '../../lib/session'
import { Button } from '../../ui/button'
import { Section } from '../../ui/card'
import { Empty, LoadFailed, PageHeader } from '../../ui/page'
import { Skeleton } from '../../ui/skeleton'
import { JobList } from './job-list'
import { is_before_start, is_open } from './job-view'
import { QueueMoves } from './queue-moves'

interface JobsPageProps {
  onPrint: () => void
  // The button that says "the plate is empty" of a printer.
  plate_action: (printer_id: string) => ReactNode
}

export function JobsPage({ onPrint, plate_action }: JobsPageProps) {
  const open = useQuery(open_jobs_query)
  const all = useInfiniteQuery(jobs_query())
  const may_print = useMay('operator')
  const ended = all.data?.pages.flatMap((page) => page.items).filter((job) => !is_open(job))
  const none = open.data?.length === 0 && ended?.length === 0 && !all.hasNextPage
  const print = may_print && (
    <Button variant="primary" onClick={onPrint}>
      <Play aria-hidden />
      Print a file
    </Button>
  )
  return (
    <>
      <PageHeader
        title="Jobs"
        aside={open.data && `${count(open.data.length, 'job')} open`}
        actions={open.data && ended && !none && print}
      />
      {open.isPending && <Skeleton className="h-48 rounded-card" />}
      {open.isError && !open.data && (
        <LoadFailed error={open.error} onRetry={() => void open.refetch()} />
      )}
      {none && (
        <Empty icon={ListChecks} title="No jobs yet" action={print}>
          A job is one plate of a file, printed once on one printer. It stays here until it ended,
          and never starts on a plate that nobody has seen empty.
        </Empty>
      )}
      <div className="space-y-6">
        {open.data && <OpenJobs jobs={open.data} />}
        {ended && ended.length > 0 && (
          <Section title="Ended">
            <JobList jobs={ended} plate_action={plate_action} />
          </Section>
        )}
        {all.hasNextPage && (
          <div className="flex justify-center">
            <Button busy={all.isFetchingNextPage} onClick={() => void all.fetchNextPage()}>
              Show older
            </Button>
          </div>
        )}
      </div>
    </>
  )
}

// What waits for a person first, then what runs, then what waits for its turn.
function OpenJobs({ jobs }: { jobs: readonly Job[] }) {
  const queue = useQuery(queue_query)
  const asking = jobs.filter((job) => job.needs_answer)
  const running = jobs.filter((job) => !job.needs_answer && !is_before_start(job))
  const waiting = queue.data ?? []
  return (
    <>
      {asking.length > 0 && (
        <Section title="Needs your answer">
          <JobList jobs={asking} />
        </Section>
      )}
      {running.length > 0 && (
        <Section title="Under way">
          <JobList jobs={running} />
        </Section>
      )}
      {queue.isError && !queue.data && (
        <LoadFailed error={queue.error} onRetry={() => void queue.refetch()} />
      )}
      {waiting.length > 0 && (
        <Section
          title="Queue"
          aside={<span className="text-sm text-ink-3">the next one first</span>}
        >
          <JobList jobs={waiting} move_action={(job) => <QueueMoves job={job} queue={waiting} />} />
        </Section>
      )}
    </>
  )
}
