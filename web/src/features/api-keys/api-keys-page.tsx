import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api } from '../../generated/api'
import type { ApiKey } from '../../generated/protocol'
import { age, count, moment } from '../../lib/format'
import { useServerNow } from '../../lib/live'
import { useSession } from '../../lib/session'
import { Button } from '../../ui/button'
import { Section } from '../../ui/card'
import { ConfirmDialog } from '../../ui/dialog'
import { Empty, LoadFailed } from '../../ui/page'
import { Skeleton } from '../../ui/skeleton'

const NewKeyDialog = lazy(() => import('./new-key-dialog'))

const keys_query = queryOptions({
  queryKey: ['api_key', 'list'],
  queryFn: async () => (await api.apikeys.list()).items,
  // No event tells of keys.
  staleTime: 0,
})

export function ApiKeysPage() {
  const keys = useQuery(keys_query)
  const session = useSession()
  const [making, set_making] = useState(false)
  const make = (
    <Button size="sm" variant="primary" onClick={() => set_making(true)}>
      <Plus aria-hidden />
      New API key
    </Button>
  )
  return (
    <>
      {keys.isPending && <Skeleton className="h-40 rounded-card" />}
      {keys.isError && !keys.data && (
        <LoadFailed error={keys.error} onRetry={() => void keys.refetch()} />
      )}
      {keys.data?.length === 0 && (
        <Empty icon={KeyRound} title="No API keys" action={make}>
          A key lets a program of yours use the API without anybody’s password, with a role of its
          own and, if you like, for certain printers only.
        </Empty>
      )}
      {keys.data && keys.data.length > 0 && (
        <Section title="API keys" aside={make}>
          <ul className="divide-y">
            {keys.data.map((key) => (
              <KeyRow key={key.id} api_key={key} />
            ))}
          </ul>
        </Section>
      )}
      {making && session.status === 'signed_in' && (
        <Suspense fallback={null}>
          <NewKeyDialog own_role={session.who.role} onClose={() => set_making(false)} />
        </Suspense>
      )}
    </>
  )
}

function KeyRow({ api_key }: { api_key: ApiKey }) {
  const client = useQueryClient()
  const server_now = useServerNow(15_000)
  const [removing, set_removing] = useState(false)
  const remove = async () => {
    await api.apikeys.remove(api_key.id)
    await client.invalidateQueries({ queryKey: keys_query.queryKey })
  }
  const used =
    api_key.last_used_at === undefined
      ? 'never used'
      : `used ${age(api_key.last_used_at, server_now)}`
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3 sm:px-5">
      <div className="min-w-0">
        <p className="font-medium">
          {api_key.name} <code className="font-mono text-sm text-ink-3">{api_key.prefix}…</code>
        </p>
        <p className="figures text-sm text-ink-3">
          {api_key.role} ·{' '}
          {api_key.printer_ids ? count(api_key.printer_ids.length, 'printer') : 'all printers'} ·{' '}
          {used}
          {api_key.expires_at !== undefined && ` · until ${moment(api_key.expires_at, server_now)}`}
        </p>
      </div>
      <Button
        size="sm"
        onClick={() => set_removing(true)}
        aria-label={`Delete the API key ${api_key.name}`}
      >
        Delete
      </Button>
      <ConfirmDialog
        open={removing}
        onOpenChange={set_removing}
        title={`Delete ${api_key.name}?`}
        description="Whatever uses this key is refused from now on."
        verb="Delete key"
        onConfirm={remove}
      />
    </li>
  )
}
