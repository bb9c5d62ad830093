import { Square } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../generated/api'
import type { Printer, PrinterOrder } from '../../generated/protocol'
import { carried_out } from '../../lib/commands'
import { useLivePrinter } from '../../lib/live'
import { useMay } from '../../lib/session'
import { Button } from '../../ui/button'
import { ConfirmDialog } from '../../ui/dialog'
import { PauseResumeButton } from './print-controls'

// For whatever prints on a printer now, also when it was started at its screen or by a slicer.
export function PrinterControls({ printer }: { printer: Pick<Printer, 'id' | 'name'> }) {
  const live = useLivePrinter(printer.id)
  const may = useMay('operator')
  const [stopping, set_stopping] = useState(false)
  const state = live?.status.state
  const prints = state === 'printing' || state === 'paused'
  if (!may || !prints || !live?.print || live.connection.state !== 'connected') return null
  const name = live.print.name || 'the print'
  const order = (action: PrinterOrder['action']) => api.jobs.command_printer(printer.id, { action })
  return (
    <div className="flex flex-wrap items-center gap-2">
      <PauseResumeButton name={name} paused={state === 'paused'} order={order} />
      <Button size="sm" onClick={() => set_stopping(true)} aria-label={`Stop ${name}`}>
        <Square aria-hidden />
        Stop
      </Button>
      {live.print.type === 'external' && (
        <p className="text-sm text-ink-2">Started at the printer or by a slicer, not from here.</p>
      )}
      <ConfirmDialog
        open={stopping}
        onOpenChange={set_stopping}
        title="Stop this print?"
        description={`${name} is stopped on ${printer.name} and cannot be continued.`}
        verb="Stop print"
        keep="Go on printing"
        onConfirm={async () => carried_out(await order('stop'))}
      />
    </div>
  )
}
