import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../../generated/api'
import type { Session } from '../../generated/protocol'
import { age, moment } from '../../lib/format'
import { useServerNow } from '../../lib/live'
import { Badge } from '../../ui/badge'
import { Button } from '../../ui/button'
import { Section } from '../../ui/card'
import { LoadFailed } from '../../ui/page'
import { Skeleton } from '../../ui/skeleton'
import { tell_problem } from '../../ui/toaster'
import { device_words } from './device'

const sessions_query = queryOptions({
  queryKey: ['session', 'list'],
  queryFn: async () => (await api.sessions.list()).items,
  // No event tells of sessions: read again whenever the page is opened.
  staleTime: 0,
})

export function SessionsSection() {
  const client = useQueryClient()
  const sessions = useQuery(sessions_query)
  const read_again = () => client.invalidateQueries({ queryKey: sessions_query.queryKey })
  const end_others = useMutation({
    mutationFn: () => api.sessions.revoke_others(),
    onError: (error) => tell_problem('The other sessions were not ended', error),
    onSettled: read_again,
  })
  const others = sessions.data?.filter((one) => !one.current).length ?? 0
  return (
    <Section
      title="Sessions"
      aside={
        others > 0 && (
          <Button size="sm" busy={end_others.isPending} onClick={() => end_others.mutate()}>
            End all others
          </Button>
        )
      }
    >
      {sessions.isPending && <Skeleton className="m-4 h-20" />}
      {sessions.isError && !sessions.data && (
        <LoadFailed error={sessions.error} onRetry={() => void sessions.refetch()} />
      )}
      <ul className="divide-y">
        {sessions.data?.map((session) => (
          <SessionRow key={session.id} session={session} onEnded={read_again} />
        ))}
      </ul>
    </Section>
  )
}

interface SessionRowProps {
  session: Session
  onEnded: () => Promise<void>
}

function SessionRow({ session, onEnded }: SessionRowProps) {
  const server_now = useServerNow(15_000)
  const end = useMutation({
    mutationFn: () => api.sessions.revoke(session.id),
    onError: (error) => tell_problem('The session was not ended', error),
    onSettled: onEnded,
  })
  const device = device_words(session.user_agent)
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3 sm:px-5">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {device}
          {session.current && <Badge tone="success">This one</Badge>}
        </p>
        <p className="figures text-sm text-ink-3">
          {session.address} · {session.organization_name} · used{' '}
          {age(session.last_used_at, server_now)} · since {moment(session.created_at, server_now)}
        </p>
      </div>
      {!session.current && (
        <Button
          size="sm"
          busy={end.isPending}
          onClick={() => end.mutate()}
          aria-label={`End the session of ${device}`}
        >
          End
        </Button>
      )}
    </li>
  )
}
