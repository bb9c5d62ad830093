import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Printer } from '../../generated/protocol'
import { useLiveFarm, useServerNow } from '../../lib/live'
import { model_name } from '../../lib/models'
import { view_printer } from '../../lib/printer-view'
import { file_query, printers_query } from '../../lib/queries'
import { Badge } from '../../ui/badge'
import { Input } from '../../ui/input'
import { LoadFailed } from '../../ui/page'
import { Skeleton } from '../../ui/skeleton'
import { type Candidate, sort_candidates } from './candidates'

const search_from = 8

interface PrinterChoiceProps {
  file_id: string
  value: string | undefined
  onChange: (printer_id: string) => void
}

export function PrinterChoice({ file_id, value, onChange }: PrinterChoiceProps) {
  const printers = useQuery(printers_query)
  const file = useQuery(file_query(file_id))
  if (printers.isError && !printers.data) {
    return <LoadFailed error={printers.error} onRetry={() => void printers.refetch()} />
  }
  if (!printers.data) return <Skeleton className="h-32" />
  return (
    <Choice
      printers={printers.data}
      made_for={file.data?.printer_model}
      value={value}
      onChange={onChange}
    />
  )
}

interface ChoiceProps extends Omit<PrinterChoiceProps, 'file_id'> {
  printers: readonly Printer[]
  made_for: string | undefined
}

function Choice({ printers, made_for, value, onChange }: ChoiceProps) {
  const farm = useLiveFarm()
  const server_now = useServerNow(15_000)
  const [search, set_search] = useState('')
  const candidates = sort_candidates(
    printers.map((printer) => ({
      printer,
      view: view_printer({
        live: farm.printers.get(printer.id),
        hub_online: farm.hubs.get(printer.hub_id)?.online,
        server_now,
      }),
    })),
    made_for,
  )
  const wanted = search.trim().toLowerCase()
  const shown = candidates.filter(({ printer }) => printer.name.toLowerCase().includes(wanted))
  return (
    <fieldset className="min-w-0 space-y-2">
      <legend className="mb-1.5 text-sm font-medium">Printer</legend>
      {printers.length === 0 && (
        <p className="text-sm text-ink-2">There is no printer yet. Add one first.</p>
      )}
      {printers.length > search_from && (
        <Input
          type="search"
          aria-label="Find a printer"
          placeholder="Find a printer"
          value={search}
          onChange={(event) => set_search(event.target.value)}
        />
      )}
      <div className="max-h-64 divide-y overflow-y-auto rounded-control border border-line-strong empty:hidden">
        {shown.map((candidate) => (
          <Option
            key={candidate.printer.id}
            candidate={candidate}
            made_for={made_for}
            chosen={candidate.printer.id === value}
            onChange={onChange}
          />
        ))}
      </div>
    </fieldset>
  )
}

interface OptionProps {
  candidate: Candidate
  made_for: string | undefined
  chosen: boolean
  onChange: (printer_id: string) => void
}

function Option({ candidate: { printer, view, fits }, made_for, chosen, onChange }: OptionProps) {
  return (
    <label
      className={`flex items-center gap-3 px-3 py-2.5 ${fits ? 'cursor-pointer has-checked:bg-info-soft/50 hover:bg-sunken' : 'opacity-60'}`}
    >
      <input
        type="radio"
        name="printer"
        className="size-4 accent-primary"
        checked={chosen}
        disabled={!fits}
        onChange={() => onChange(printer.id)}
      />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium">{printer.name}</span>
        <span className="block truncate text-xs text-ink-2">
          {fits
            ? (model_name(printer.model) ?? 'model unknown')
            : `${model_name(printer.model)}: the file is sliced for ${model_name(made_for)}`}
        </span>
      </span>
      <Badge tone={view.tone}>{view.label}</Badge>
    </label>
  )
}
