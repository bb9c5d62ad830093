import { useQuery } from '@tanstack/react-query'
import type { LivePrinter, Printer, PrinterConnection } from '../../generated/protocol'
import { age, fingerprint, unknown_mark } from '../../lib/format'
import { trouble_of } from '../../lib/printer-view'
import { hubs_query } from '../../lib/queries'
import { Fact, Section } from '../../ui/card'

interface ConnectionFactsProps {
  printer: Printer
  live: LivePrinter | undefined
  server_now: number
}

const state_words: Record<PrinterConnection['state'], string> = {
  connecting: 'Connecting',
  connected: 'Connected',
  disconnected: 'Not connected',
}

export function ConnectionFacts({ printer, live, server_now }: ConnectionFactsProps) {
  const hubs = useQuery(hubs_query)
  const connection = live?.connection
  const hub_name = hubs.data?.find((hub) => hub.id === printer.hub_id)?.name
  const shown_fingerprint = connection?.fingerprint ?? printer.fingerprint
  return (
    <Section title="Connection">
      <dl className="divide-y px-4 py-1 sm:px-5">
        <Fact name="State">
          {connection ? state_words[connection.state] : unknown_mark}
          {connection && (
            <span className="text-ink-3"> · since {age(connection.since, server_now)}</span>
          )}
        </Fact>
        {connection && trouble_of(connection) && (
          <Fact name="Why">{trouble_of(connection)?.title}</Fact>
        )}
        <Fact name="Hub">{hub_name ?? unknown_mark}</Fact>
        <Fact name="Address">{printer.ip_address ?? 'found by its announcements'}</Fact>
        <Ports printer={printer} />
        <Fact name="Serial number">{printer.serial_number}</Fact>
        <Fact name="Firmware">{live?.status.firmware_version || unknown_mark}</Fact>
        <Fact name="Developer Mode">{live?.status.developer_mode ?? unknown_mark}</Fact>
        <Fact name="Signal">{signal(live)}</Fact>
      </dl>
      <div className="border-t px-4 py-3 text-sm sm:px-5">
        <p className="text-ink-3">Certificate</p>
        <p className="mt-1 font-mono text-xs leading-relaxed break-words">
          {fingerprint(shown_fingerprint)}
        </p>
        {shown_fingerprint && <p className="mt-1 text-xs text-ink-3">{trust_words(connection)}</p>}
      </div>
    </Section>
  )
}

function trust_words(connection: PrinterConnection | undefined): string {
  if (connection?.pinned === undefined) return 'How it is trusted is not known yet.'
  return connection.pinned
    ? 'Issuer unknown: remembered at the first connection, and only this one is accepted since.'
    : 'Issued by the manufacturer.'
}

function signal(live: LivePrinter | undefined): string {
  const network = live?.status.network
  if (network?.wired) return 'wired'
  return network?.rssi === undefined ? unknown_mark : `${network.rssi} dBm`
}

function Ports({ printer }: { printer: Printer }) {
  const ports = Object.entries(printer.ports ?? {}).filter(([, port]) => port !== undefined)
  if (ports.length === 0) return null
  return <Fact name="Ports">{ports.map(([name, port]) => `${name} ${port}`).join(', ')}</Fact>
}
