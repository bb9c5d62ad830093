import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../generated/api'
import type { AuditEntry, AuditQuery, Member } from '../../generated/protocol'
import { moment } from '../../lib/format'
import { useServerNow } from '../../lib/live'
import { members_query } from '../../lib/queries'
import { Button } from '../../ui/button'
import { Section } from '../../ui/card'
import { Select } from '../../ui/input'
import { LoadFailed } from '../../ui/page'
import { Skeleton } from '../../ui/skeleton'
import { changes_between, words_of_action } from './changes'

type Filter = Pick<AuditQuery, 'subject_kind' | 'actor_id'>
const entries_per_page = 50

const audit_query = (filter: Filter) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'list', filter],
    queryFn: ({ pageParam }) =>
      api.audit.list({
        ...filter,
        limit: entries_per_page,
        ...(pageParam !== '' && { cursor: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
    // Everything that anybody does is new here.
    staleTime: 0,
  })

const subject_kinds = [
  'job',
  'printer',
  'hub',
  'file',
  'member',
  'invitation',
  'api_key',
  'organization',
  'user',
]

export function AuditPage() {
  const [filter, set_filter] = useState<Filter>({})
  const audit = useInfiniteQuery(audit_query(filter))
  const { data: members = [] } = useQuery(members_query)
  const entries = audit.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <div className="space-y-4">
      <Filters members={members} onChange={set_filter} />
      {audit.isPending && <Skeleton className="h-64 rounded-card" />}
      {audit.isError && !audit.data && (
        <LoadFailed error={audit.error} onRetry={() => void audit.refetch()} />
      )}
      {audit.data && (
        <Section title="Audit log">
          {entries.length === 0 && (
            <p className="px-4 py-6 text-ink-2 sm:px-5">Nothing fits. Choose other filters.</p>
          )}
          <ol className="divide-y">
            {entries.map((entry) => (
              <EntryRow key={entry.seq} entry={entry} members={members} />
            ))}
          </ol>
        </Section>
      )}
      {audit.hasNextPage && (
        <div className="flex justify-center">
          <Button busy={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
            Show older
          </Button>
        </div>
      )}
    </div>
  )
}

interface FiltersProps {
  members: readonly Member[]
  onChange: (change: (before: Filter) => Filter) => void
}

function Filters({ members, onChange }: FiltersProps) {
  const choose = (name: keyof Filter, value: string) =>
    onChange((before) => {
      const chosen = { ...before, [name]: value }
      if (value === '') delete chosen[name]
      return chosen
    })
  return (
    <div className="grid grid-cols-2 gap-3 sm:max-w-md">
      <Select aria-label="About what" onChange={(e) => choose('subject_kind', e.target.value)}>
        <option value="">About everything</option>
        {subject_kinds.map((kind) => (
          <option key={kind} value={kind}>
            {kind.replaceAll('_', ' ')}
          </option>
        ))}
      </Select>
      <Select aria-label="By whom" onChange={(event) => choose('actor_id', event.target.value)}>
        <option value="">By everybody</option>
        {members.map(({ user_id, name }) => (
          <option key={user_id} value={user_id}>
            {name}
          </option>
        ))}
      </Select>
    </div>
  )
}

const actor_words: Record<AuditEntry['actor_kind'], string> = {
  user: 'a former member',
  api_key: 'an API key',
  hub: 'a hub',
  system: 'the server',
}

function EntryRow({ entry, members }: { entry: AuditEntry; members: readonly Member[] }) {
  const server_now = useServerNow(60_000)
  const who =
    members.find((one) => one.user_id === entry.actor_id)?.name ?? actor_words[entry.actor_kind]
  const changes = changes_between(entry.before, entry.after)
  return (
    <li className="px-4 py-2.5 sm:px-5">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span>
          <span className="font-medium">{words_of_action(entry.action)}</span>{' '}
          <span className="text-sm text-ink-3">
            by {who}
            {entry.address && `, from ${entry.address}`}
          </span>
        </span>
        <time dateTime={new Date(entry.at).toISOString()} className="figures text-sm text-ink-3">
          {moment(entry.at, server_now)}
        </time>
      </p>
      {changes.length > 0 && (
        <details className="mt-1 text-sm text-ink-2">
          <summary className="cursor-pointer text-ink-3">
            {changes.length === 1 ? 'One value' : `${changes.length} values`}
          </summary>
          <dl className="mt-1 space-y-0.5">
            {changes.map(({ name, before, after }) => (
              <div key={name} className="break-words">
                <dt className="inline font-medium">{name}: </dt>
                <dd className="inline">
                  {before === undefined
                    ? after
                    : after === undefined
                      ? `was ${before}`
                      : `${before} → ${after}`}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </li>
  )
}
