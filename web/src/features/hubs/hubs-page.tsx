import { useQuery } from '@tanstack/react-query'
import { Plus, Router } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { count } from '../../lib/format'
import { hubs_query } from '../../lib/queries'
import { useMay } from '../../lib/session'
import { Button } from '../../ui/button'
import { Empty, LoadFailed, PageHeader } from '../../ui/page'
import { Skeleton } from '../../ui/skeleton'
import { HubRow } from './hub-row'

const AddHubDialog = lazy(() => import('./add-hub-dialog'))

export function HubsPage() {
  const hubs = useQuery(hubs_query)
  const may_add = useMay('admin')
  const [adding, set_adding] = useState(false)
  const add = may_add && (
    <Button variant="primary" onClick={() => set_adding(true)}>
      <Plus aria-hidden />
      Add hub
    </Button>
  )
  return (
    <>
      <PageHeader
        title="Hubs"
        aside={hubs.data && hubs.data.length > 0 && count(hubs.data.length, 'hub')}
        actions={hubs.data && hubs.data.length > 0 && add}
      />
      {hubs.isPending && <Skeleton className="h-40 rounded-card" />}
      {hubs.isError && !hubs.data && (
        <LoadFailed error={hubs.error} onRetry={() => void hubs.refetch()} />
      )}
      {hubs.data?.length === 0 && (
        <Empty
          icon={Router}
          title="No hubs yet"
          action={add || 'Ask an admin of your organization to add one.'}
        >
          A hub is a small program in the printers’ network. It talks to up to five printers and to
          this server, so that nothing at your place has to be open to the outside.
        </Empty>
      )}
      {hubs.data && hubs.data.length > 0 && (
        <ul className="grid gap-3.5 md:grid-cols-2 xl:grid-cols-3">
          {hubs.data.map((hub) => (
            <HubRow key={hub.id} hub={hub} />
          ))}
        </ul>
      )}
      {adding && (
        <Suspense fallback={null}>
          <AddHubDialog onClose={() => set_adding(false)} />
        </Suspense>
      )}
    </>
  )
}
