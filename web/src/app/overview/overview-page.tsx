import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { is_before_start } from '../../features/jobs/job-view'
import { filter_counts, useViewedPrinters } from '../../features/printers/printer-list'
import {
  files_query,
  hubs_query,
  jobs_query,
  open_jobs_query,
  printers_query,
} from '../../lib/queries'
import { Section } from '../../ui/card'
import { LoadFailed, PageHeader } from '../../ui/page'
import { Skeleton } from '../../ui/skeleton'
import { Counts } from './counts'
import { FirstSteps } from './first-steps'
import { NeedsYou } from './needs-you'
import { needs_of } from './needs'
import { PrintingNow } from './printing-now'

// What one wants to know when coming in: does anything need me, and what is running.
export default function OverviewPage() {
  const printers = useQuery(printers_query)
  const hubs = useQuery(hubs_query)
  const open_jobs = useQuery(open_jobs_query)
  const viewed = useViewedPrinters()
  const failed = [printers, hubs, open_jobs].find((query) => query.isError && !query.data)
  const read = printers.data && hubs.data && open_jobs.data
  const needs = read && needs_of({ viewed, hubs: hubs.data, jobs: open_jobs.data })
  return (
    <>
      <PageHeader title="Overview" />
      {failed && <LoadFailed error={failed.error} onRetry={() => void failed.refetch()} />}
      {!read && !failed && <Skeleton className="h-72 rounded-card" />}
      {read && needs && (
        <div className="space-y-6">
          <FirstStepsUntilDone hubs={hubs.data.length} printers={printers.data.length} />
          {printers.data.length > 0 && (
            <>
              <Counts
                counts={filter_counts(viewed)}
                waiting={open_jobs.data.filter(is_before_start).length}
              />
              <div className="grid grid-cols-1 items-start gap-6 xl:grid-cols-2">
                <NeedsYou needs={needs} />
                <PrintingNow viewed={viewed} />
              </div>
            </>
          )}
        </div>
      )}
    </>
  )
}

function FirstStepsUntilDone({ hubs, printers }: { hubs: number; printers: number }) {
  const files = useInfiniteQuery(files_query)
  const jobs = useInfiniteQuery(jobs_query())
  if (!files.data || !jobs.data) return null
  const has_file = files.data.pages.some((page) => page.items.length > 0)
  const has_job = jobs.data.pages.some((page) => page.items.length > 0)
  // Whoever printed has found the way, even if the file is gone since.
  if (hubs > 0 && printers > 0 && has_job) return null
  return (
    <Section title="Your first print">
      <FirstSteps done={{ hub: hubs > 0, printer: printers > 0, file: has_file, job: has_job }} />
    </Section>
  )
}
