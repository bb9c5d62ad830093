// Which printers a file may go to, best first. Only what is known to be wrong is ruled out here; the
// server judges the rest.
import type { Printer } from '../../generated/protocol'
import { compare_needs, type PrinterView } from '../../lib/printer-view'

export interface Candidate {
  printer: Printer
  view: PrinterView
  fits: boolean
}

export function sort_candidates(
  printers: readonly { printer: Printer; view: PrinterView }[],
  made_for: string | undefined,
): Candidate[] {
  return printers
    .map((one) => ({ ...one, fits: fits_model(one.printer.model, made_for) }))
    .toSorted((a, b) => score(a) - score(b) || compare_needs(named(a), named(b)))
}

function fits_model(model: string | undefined, made_for: string | undefined): boolean {
  return !model || !made_for || model === made_for
}

function score({ fits, view }: Candidate): number {
  if (!fits) return 3
  if (!view.current || view.attention === 'error' || view.attention === 'connection') return 2
  return view.busy ? 1 : 0
}

const named = ({ printer, view }: Candidate) => ({ name: printer.name, view })
