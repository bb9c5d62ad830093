// What is read from the server, and under which key it is kept. One place, because what the live
// socket calls changed must hit exactly what pages have read.
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query'
import { api } from '../generated/api'
import type { Changed, JobQueryParameters } from '../generated/protocol'
import { all_pages } from './pages'

export const printers_query = queryOptions({
  queryKey: ['printer', 'list'],
  queryFn: () => all_pages((query) => api.printers.list(query)),
})

export const printer_query = (id: string) =>
  queryOptions({ queryKey: ['printer', 'one', id], queryFn: () => api.printers.find(id) })

export const hubs_query = queryOptions({
  queryKey: ['hub', 'list'],
  queryFn: async () => (await api.hubs.list()).items,
})

const files_per_page = 60

export const files_query = infiniteQueryOptions({
  queryKey: ['file', 'list'],
  queryFn: ({ pageParam }) => api.files.list({ limit: files_per_page, ...cursor_of(pageParam) }),
  initialPageParam: '',
  getNextPageParam: (page) => page.next_cursor,
})

export const file_query = (id: string) =>
  queryOptions({ queryKey: ['file', 'one', id], queryFn: () => api.files.find(id) })

const jobs_per_page = 50

export const jobs_query = (filter: Pick<JobQueryParameters, 'state' | 'printer_id'> = {}) =>
  infiniteQueryOptions({
    queryKey: ['job', 'list', filter],
    queryFn: ({ pageParam }) =>
      api.jobs.list({ ...filter, limit: jobs_per_page, ...cursor_of(pageParam) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  })

// In the order in which printers take them.
export const queue_query = queryOptions({
  queryKey: ['job', 'list', 'queue'],
  queryFn: () => all_pages((query) => api.queue.list(query)),
})

export const job_query = (id: string) =>
  queryOptions({ queryKey: ['job', 'one', id], queryFn: () => api.jobs.find(id) })

export const story_query = (job_id: string) =>
  queryOptions({ queryKey: ['job', 'story', job_id], queryFn: () => api.jobs.story(job_id) })

// Who is who: also for those who only look.
export const members_query = queryOptions({
  queryKey: ['member', 'list'],
  queryFn: async () => (await api.members.list()).items,
})

export const open_states = ['paused', 'printing', 'sending', 'assigned', 'queued'] as const

// Every job that is not over, however old: each state is asked for, as the server filters by one.
export const open_jobs_query = queryOptions({
  queryKey: ['job', 'list', 'open'],
  queryFn: async () => {
    const lists = await Promise.all(
      open_states.map((state) => all_pages((query) => api.jobs.list({ ...query, state }))),
    )
    return lists.flat()
  },
})

function cursor_of(page_parameter: string): { cursor?: string } {
  return page_parameter === '' ? {} : { cursor: page_parameter }
}

// A plate belongs to a printer's row; commands are shown nowhere by themselves.
function keys_of(kind: Changed['kind']): readonly string[] {
  return kind === 'plate' ? ['printer'] : kind === 'printer' ? ['printer', 'hub'] : [kind]
}

// Every list of the kind, and the rows named. Not awaited: what is on screen is read again by itself.
export function invalidate_changed(client: QueryClient, changed: readonly Changed[]): void {
  const ids_by_kind = new Map<string, Set<string>>()
  for (const { kind, id } of changed) {
    for (const key of keys_of(kind)) {
      const ids = ids_by_kind.get(key) ?? new Set()
      ids_by_kind.set(key, ids.add(id))
    }
  }
  void client.invalidateQueries({
    predicate: ({ queryKey: [kind, shape, id] }) => {
      const ids = ids_by_kind.get(String(kind))
      return ids !== undefined && (shape === 'list' || ids.has(String(id)))
    },
  })
}

// After a gap nobody knows what changed.
export function invalidate_everything(client: QueryClient): void {
  void client.invalidateQueries()
}
