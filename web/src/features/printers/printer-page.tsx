import { useQuery } from '@tanstack/react-query'
import { ArrowRightLeft, ChevronLeft, Ellipsis, Pencil, Trash2 } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { api } from '../../generated/api'
import type { LivePrinter, Printer } from '../../generated/protocol'
import { useLiveHub, useLivePrinter, useServerNow } from '../../lib/live'
import { model_name } from '../../lib/models'
import { type PrinterView, view_printer } from '../../lib/printer-view'
import { printer_query } from '../../lib/queries'
import { useMay } from '../../lib/session'
import { Button } from '../../ui/button'
import { Section } from '../../ui/card'
import { ConfirmDialog } from '../../ui/dialog'
import { MenuContent, MenuItem, MenuRoot, MenuTrigger } from '../../ui/menu'
import { Notice } from '../../ui/notice'
import { LoadFailed, PageHeader } from '../../ui/page'
import { Skeleton } from '../../ui/skeleton'
import { AmsUnits } from './ams-units'
import { ConnectionFacts } from './connection-facts'
import { PlateEmptyButton } from './plate-empty-button'
import { PlateBadge, PrinterBadge, PrintProgress, rest_words, StaleAge } from './printer-status'
import { PrinterErrors } from './printer-errors'
import { TemperatureTiles } from './temperature-tiles'

const MovePrinterDialog = lazy(() => import('./move-printer-dialog'))
const EditPrinterDialog = lazy(() => import('./edit-printer-dialog'))

interface PrinterPageProps {
  id: string
  // What other rooms say about this printer: its prints, the way to start one, and to hold it.
  controls: (printer: Printer) => ReactNode
  jobs: ReactNode
  print_action: ReactNode
}

export function PrinterPage({ id, controls, jobs, print_action }: PrinterPageProps) {
  const printer = useQuery(printer_query(id))
  return (
    <>
      <Link
        to="/printers"
        className="mb-2 -ml-1 inline-flex h-7 items-center gap-1 rounded-md pr-2 text-sm text-ink-2 hover:text-ink"
      >
        <ChevronLeft aria-hidden className="size-4" />
        Printers
      </Link>
      {printer.isPending && <Skeleton className="h-96" />}
      {printer.isError && !printer.data && (
        <LoadFailed error={printer.error} onRetry={() => void printer.refetch()} />
      )}
      {printer.data && (
        <LoadedPrinter
          printer={printer.data}
          controls={controls}
          jobs={jobs}
          print_action={print_action}
        />
      )}
    </>
  )
}

function LoadedPrinter({
  printer,
  controls,
  jobs,
  print_action,
}: Omit<PrinterPageProps, 'id'> & { printer: Printer }) {
  const live = useLivePrinter(printer.id)
  const hub = useLiveHub(printer.hub_id)
  const server_now = useServerNow()
  const view = view_printer({ live, hub_online: hub?.online, server_now })
  return (
    <>
      <PageHeader
        title={printer.name}
        aside={model_name(printer.model)}
        actions={
          <>
            {print_action}
            <PrinterMenu printer={printer} />
          </>
        }
      />
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
        <div className="min-w-0 space-y-5">
          <NowSection
            printer={printer}
            live={live}
            view={view}
            server_now={server_now}
            controls={controls(printer)}
          />
          {live && <PrinterErrors errors={live.status.errors ?? []} />}
          {jobs}
        </div>
        <div className="min-w-0 space-y-5">
          {live && <AmsUnits status={live.status} />}
          <ConnectionFacts printer={printer} live={live} server_now={server_now} />
        </div>
      </div>
    </>
  )
}

interface NowProps {
  printer: Printer
  live: LivePrinter | undefined
  view: PrinterView
  server_now: number
  controls: ReactNode
}

function NowSection({ printer, live, view, server_now, controls }: NowProps) {
  return (
    <Section
      title="Now"
      aside={
        <span className="flex items-center gap-3">
          <StaleAge view={view} server_now={server_now} />
          <PrinterBadge view={view} />
        </span>
      }
    >
      <div className="space-y-4 p-4 sm:p-5">
        {view.trouble && (
          <Notice tone="warning" title={view.trouble.title}>
            {view.trouble.remedy}
          </Notice>
        )}
        {live && view.busy && <PrintProgress live={live} view={view} server_now={server_now} />}
        {controls}
        {view.needs_clearing && (
          <div className="flex flex-wrap items-center justify-between gap-3 rounded-control border p-3">
            <div className="space-y-1">
              <PlateBadge />
              <p className="text-sm text-ink-2">
                Nothing starts here until somebody has seen the plate empty.
              </p>
            </div>
            <PlateEmptyButton printer={printer} />
          </div>
        )}
        {!view.busy && !view.needs_clearing && !view.trouble && (
          <p className="text-ink-2">{rest_words(live, view)}</p>
        )}
        <TemperatureTiles status={live?.status} />
      </div>
    </Section>
  )
}

function PrinterMenu({ printer }: { printer: Printer }) {
  const navigate = useNavigate()
  const may_edit = useMay('operator')
  const may_remove = useMay('admin')
  const [open, set_open] = useState<'edit' | 'move' | 'remove'>()
  const close = () => set_open(undefined)
  const remove = async () => {
    await api.printers.remove(printer.id)
    void navigate('/printers')
  }
  if (!may_edit) return null
  return (
    <>
      <MenuRoot modal={false}>
        <MenuTrigger asChild>
          <Button size="icon" aria-label="More about this printer">
            <Ellipsis />
          </Button>
        </MenuTrigger>
        <MenuContent align="end">
          <MenuItem onSelect={() => set_open('edit')}>
            <Pencil aria-hidden />
            Edit
          </MenuItem>
          {may_remove && (
            <MenuItem onSelect={() => set_open('move')}>
              <ArrowRightLeft aria-hidden />
              Move to another hub
            </MenuItem>
          )}
          {may_remove && (
            <MenuItem danger onSelect={() => set_open('remove')}>
              <Trash2 aria-hidden />
              Remove
            </MenuItem>
          )}
        </MenuContent>
      </MenuRoot>
      {open === 'edit' && (
        <Suspense fallback={null}>
          <EditPrinterDialog printer={printer} onClose={close} />
        </Suspense>
      )}
      {open === 'move' && (
        <Suspense fallback={null}>
          <MovePrinterDialog printer={printer} onClose={close} />
        </Suspense>
      )}
      <ConfirmDialog
        open={open === 'remove'}
        onOpenChange={close}
        title={`Remove ${printer.name}?`}
        description="Its hub forgets it, and its access code is deleted. Prints that were made on it stay in the list."
        verb="Remove printer"
        onConfirm={remove}
      />
    </>
  )
}
