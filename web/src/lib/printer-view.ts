// A printer as people should see it: from its row, its live report and its hub to words, and to what
// it asks of them. The one place where a report becomes a statement, so that no page says more than
// is known.
import type { LivePrinter, PrinterConnection, PrinterStatus } from '../generated/protocol'
import type { Tone } from './tone'

// Printers report at least every 30 s; later than this, the values are history.
export const stale_after_ms = 90_000

export interface Trouble {
  title: string
  remedy: string
}

export interface PrinterView {
  label: string
  tone: Tone
  // The report is one to act on: the hub is connected to the printer and heard it lately.
  current: boolean
  busy: boolean
  stale_since?: number
  trouble?: Trouble
  // Said only of a printer that is heard: whether another one prints nobody knows.
  needs_clearing: boolean
  attention: Attention | undefined
}

// In the order of what waiting costs.
export const attentions = ['error', 'paused', 'connection', 'plate'] as const
export type Attention = (typeof attentions)[number]

export interface PrinterFacts {
  live: LivePrinter | undefined
  hub_online: boolean | undefined
  server_now: number
}

type Reason = NonNullable<PrinterConnection['reason']>

const reason_words: Record<Reason, Trouble> = {
  never_reached: {
    title: 'Never reached yet',
    remedy:
      'Check that the printer is on, in the same network as its hub, and that serial number and address are right.',
  },
  unreachable: {
    title: 'Not reachable',
    remedy:
      'Check that the printer is on and connected to the network. If its address changed, edit it here.',
  },
  refused_code: {
    title: 'Access code refused',
    remedy:
      "Read the access code from the printer's network settings and enter it again under Edit.",
  },
  wrong_serial: {
    title: 'Another printer answers',
    remedy:
      'The printer at this address has a different serial number. Correct the address under Edit.',
  },
  certificate_changed: {
    title: 'Certificate changed',
    remedy:
      'This is not the certificate remembered. If the printer was reset, remove it and add it again; otherwise something may be pretending to be it.',
  },
  certificate_unknown: {
    title: 'Certificate not trusted',
    remedy:
      'Nobody known issued its certificate. Check the address; then remove the printer and add it again.',
  },
  tls_failed: {
    title: 'No secure connection',
    remedy: 'Restart the printer. If it stays so, update its firmware.',
  },
  no_reports: {
    title: 'Connected, but silent',
    remedy: 'The printer reports nothing. Check the serial number, then restart the printer.',
  },
  too_many_clients: {
    title: 'Too many programs connected',
    remedy:
      'Close other programs that are connected to this printer. The hub then connects by itself.',
  },
  address_changed: {
    title: 'Address changed',
    remedy: 'The printer has a new address and the hub is moving over. Nothing to do.',
  },
  disabled: { title: 'Switched off here', remedy: 'The hub leaves this printer alone.' },
  maintenance: {
    title: 'In maintenance',
    remedy: 'The hub leaves this printer alone until maintenance ends.',
  },
}

// These pass by themselves or are meant.
const calm_reasons = new Set<Reason>(['address_changed', 'disabled', 'maintenance'])

const hub_offline: Trouble = {
  title: 'Its hub is offline',
  remedy: "Check the hub's power and network. The printer itself may well go on printing.",
}

export function trouble_of(connection: PrinterConnection): Trouble | undefined {
  if (connection.state === 'connected' || !connection.reason) return undefined
  const words = reason_words[connection.reason]
  // The hub knows more than the reason's name: its own sentence wins.
  return connection.detail ? { title: words.title, remedy: connection.detail } : words
}

const stage_words: Record<NonNullable<PrinterStatus['stage']>, string> = {
  preparing: 'Preparing',
  printing: 'Printing',
  calibrating: 'Calibrating',
  changing_filament: 'Changing filament',
  unknown: 'Printing',
}

function state_words(status: PrinterStatus): { label: string; tone: Tone } {
  switch (status.state) {
    case 'printing':
      return { label: stage_words[status.stage ?? 'printing'], tone: 'info' }
    case 'paused':
      return { label: 'Paused', tone: 'warning' }
    case 'error':
      return { label: 'Error', tone: 'danger' }
    case 'idle':
      return { label: 'Idle', tone: 'neutral' }
    case 'offline':
      return { label: 'Offline', tone: 'neutral' }
  }
}

// What stops prints although the printer is connected.
function obstacle_of(status: PrinterStatus): Trouble | undefined {
  if (status.developer_mode === 'off') {
    return {
      title: 'Developer Mode is off',
      remedy:
        'On the printer open Settings, LAN Only, and switch Developer Mode on. Until then it accepts no print.',
    }
  }
  if (status.storage === 'none') {
    return {
      title: 'No storage',
      remedy: 'Insert the SD card or USB stick: prints are sent to it.',
    }
  }
  if (status.storage === 'abnormal' || status.storage === 'read_only') {
    return {
      title: 'Storage cannot be written',
      remedy: 'Replace or reformat the card in the printer.',
    }
  }
  return undefined
}

export function view_printer(facts: PrinterFacts): PrinterView {
  const { live, hub_online } = facts
  if (!live || hub_online === false) return view_without_hub(facts)
  if (live.connection.state !== 'connected') return view_disconnected(live.connection)

  const { label, tone } = state_words(live.status)
  const stale = facts.server_now - live.received_at > stale_after_ms
  const busy = live.status.state === 'printing' || live.status.state === 'paused'
  const obstacle = obstacle_of(live.status)
  // While a print runs its token is spent, so that the plate is "not clear" by nature.
  const needs_clearing = live.needs_clearing && !busy
  const view: PrinterView = {
    label,
    tone: stale ? 'neutral' : tone,
    current: !stale,
    busy,
    needs_clearing,
    attention: attention_of(live.status, needs_clearing, obstacle),
  }
  if (stale) view.stale_since = live.received_at
  if (obstacle) view.trouble = obstacle
  return view
}

function attention_of(
  status: PrinterStatus,
  needs_clearing: boolean,
  obstacle: Trouble | undefined,
): Attention | undefined {
  if (status.state === 'error') return 'error'
  if (status.state === 'paused') return 'paused'
  if (obstacle) return 'connection'
  return needs_clearing && status.state === 'idle' ? 'plate' : undefined
}

function view_without_hub({ live, hub_online }: PrinterFacts): PrinterView {
  const offline = hub_online === false
  const view: PrinterView = {
    label: offline ? 'Hub offline' : 'No news yet',
    tone: 'neutral',
    current: false,
    busy: false,
    needs_clearing: false,
    attention: offline ? 'connection' : undefined,
  }
  if (offline) view.trouble = hub_offline
  if (live) view.stale_since = live.received_at
  return view
}

function view_disconnected(connection: PrinterConnection): PrinterView {
  const trouble = trouble_of(connection)
  const calm = !connection.reason || calm_reasons.has(connection.reason)
  const connecting = connection.state === 'connecting' && !trouble
  const view: PrinterView = {
    label: connecting ? 'Connecting' : 'Not connected',
    tone: calm ? 'neutral' : 'warning',
    current: false,
    busy: false,
    stale_since: connection.since,
    needs_clearing: false,
    attention: calm ? undefined : 'connection',
  }
  if (trouble) view.trouble = trouble
  return view
}

// Those that need somebody first, then by name, with numbers in their order.
const by_name = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

export function compare_needs(
  a: { view: PrinterView; name: string },
  b: { view: PrinterView; name: string },
): number {
  return rank(a.view) - rank(b.view) || by_name.compare(a.name, b.name)
}

function rank(view: PrinterView): number {
  return view.attention === undefined ? attentions.length : attentions.indexOf(view.attention)
}
