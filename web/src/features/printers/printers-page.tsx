import { useQuery } from '@tanstack/react-query'
import { Plus, Printer as PrinterIcon, Search } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { count } from '../../lib/format'
import { hubs_query, printers_query } from '../../lib/queries'
import { useMay } from '../../lib/session'
import { Button } from '../../ui/button'
import { Input } from '../../ui/input'
import { Empty, LoadFailed, PageHeader } from '../../ui/page'
import { Segmented } from '../../ui/segmented'
import { Skeleton } from '../../ui/skeleton'
import {
  filter_counts,
  type Filter,
  filters,
  select_printers,
  useViewedPrinters,
} from './printer-list'
import { PrinterGrid } from './printer-grid'

// Forms bring their validation with them; the wall must not wait for it.
const AddPrinterDialog = lazy(() => import('./add-printer-dialog'))

const filter_words: Record<Filter, string> = {
  all: 'All',
  attention: 'Needs you',
  busy: 'Printing',
  idle: 'Idle',
  away: 'Not connected',
}

export function PrintersPage() {
  const printers = useQuery(printers_query)
  const may_add = useMay('operator')
  const [adding, set_adding] = useState(false)
  const add = may_add && (
    <Button variant="primary" onClick={() => set_adding(true)}>
      <Plus aria-hidden />
      Add printer
    </Button>
  )
  return (
    <>
      <PageHeader
        title="Printers"
        aside={printers.data && printers.data.length > 0 && count(printers.data.length, 'printer')}
        actions={printers.data && printers.data.length > 0 && add}
      />
      {printers.isPending && <GridSkeleton />}
      {printers.isError && !printers.data && (
        <LoadFailed error={printers.error} onRetry={() => void printers.refetch()} />
      )}
      {printers.data?.length === 0 && <NoPrinters add={add} />}
      {printers.data && printers.data.length > 0 && <PrinterWall />}
      {adding && (
        <Suspense fallback={null}>
          <AddPrinterDialog onClose={() => set_adding(false)} />
        </Suspense>
      )}
    </>
  )
}

function PrinterWall() {
  const viewed = useViewedPrinters()
  const [parameters, set_parameters] = useSearchParams()
  const [search, set_search] = useState('')
  const filter = filters.find((one) => one === parameters.get('show')) ?? 'all'
  const counts = filter_counts(viewed)
  const shown = select_printers(viewed, filter, search)
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <Segmented
          label="Show"
          value={filter}
          onChange={(show) => set_parameters(show === 'all' ? {} : { show }, { replace: true })}
          options={filters.map((value) => ({
            value,
            label: (
              <>
                {filter_words[value]} <span className="text-ink-3">{counts[value]}</span>
              </>
            ),
          }))}
        />
        <div className="relative min-w-48 flex-1 sm:max-w-72">
          <Search
            aria-hidden
            className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-3"
          />
          <Input
            type="search"
            aria-label="Find a printer by name, serial number or model"
            placeholder="Find a printer"
            className="h-9.5 pl-9"
            value={search}
            onChange={(event) => set_search(event.target.value)}
          />
        </div>
      </div>
      {shown.length > 0 ? (
        <PrinterGrid printers={shown} />
      ) : (
        <p className="py-16 text-center text-ink-2">
          {search === '' && filter === 'attention'
            ? 'No printer needs you.'
            : 'No printer fits. Choose “All” or clear the search.'}
        </p>
      )}
    </>
  )
}

function NoPrinters({ add }: { add: React.ReactNode }) {
  const hubs = useQuery(hubs_query)
  const hubless = hubs.data?.length === 0
  return (
    <Empty
      icon={PrinterIcon}
      title="No printers yet"
      action={
        hubless ? (
          <Button asChild variant="primary">
            <Link to="/hubs">Add a hub first</Link>
          </Button>
        ) : (
          add
        )
      }
    >
      {hubless
        ? 'Printers are reached through a hub, a small program in their network. Add a hub, then its printers.'
        : 'You need the serial number and the access code: both are on the printer’s screen, under its network settings.'}
    </Empty>
  )
}

function GridSkeleton() {
  return (
    <div
      className="grid grid-cols-[repeat(auto-fill,minmax(288px,1fr))] gap-3.5"
      role="status"
      aria-label="Reading printers"
    >
      {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
        <Skeleton key={key} className="h-48 rounded-card" />
      ))}
    </div>
  )
}
