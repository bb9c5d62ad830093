import { useInfiniteQuery } from '@tanstack/react-query'
import { jobs_query } from '../../lib/queries'
import { Button } from '../../ui/button'
import { Section } from '../../ui/card'
import { JobList } from './job-list'

// The jobs of one printer, for its page.
export function PrinterJobs({ printer_id }: { printer_id: string }) {
  const jobs = useInfiniteQuery(jobs_query({ printer_id }))
  const list = jobs.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section title="Jobs">
      {list.length === 0 ? (
        <p className="px-4 py-4 text-sm text-ink-2 sm:px-5">
          {jobs.isPending
            ? 'Reading its jobs'
            : jobs.isError
              ? 'Its jobs could not be read.'
              : 'Nothing was printed on it from here yet.'}
        </p>
      ) : (
        <JobList jobs={list} />
      )}
      {jobs.hasNextPage && (
        <div className="border-t p-3 text-center">
          <Button
            size="sm"
            busy={jobs.isFetchingNextPage}
            onClick={() => void jobs.fetchNextPage()}
          >
            Show older
          </Button>
        </div>
      )}
    </Section>
  )
}
