// What was last seen of a print, in the order in which it helps to answer "did it start?".
import type { Evidence } from '../../generated/protocol'
import { moment, percent } from '../../lib/format'

const printer_words: Record<string, string> = {
  IDLE: 'idle',
  PREPARE: 'preparing a print',
  SLICING: 'preparing a print',
  RUNNING: 'printing',
  PAUSE: 'paused',
  FINISH: 'finished with its last print',
  FAILED: 'its last print failed or was stopped',
}

export interface EvidenceFact {
  name: string
  says: string
}

export function evidence_facts(evidence: Evidence | undefined, now: number): EvidenceFact[] {
  if (!evidence) return []
  const { gcode_state, subtask_name, mc_percent, gcode_start_time, print_error, note } = evidence
  const facts: (EvidenceFact | undefined)[] = [
    gcode_state ? fact('The printer was', printer_words[gcode_state] ?? gcode_state) : undefined,
    subtask_name ? fact('Print on its screen', subtask_name) : undefined,
    mc_percent === undefined ? undefined : fact('Progress then', percent(mc_percent)),
    started_fact(gcode_start_time, now),
    print_error ? fact('Error code', error_code(print_error)) : undefined,
    note ? fact('Noted', note) : undefined,
  ]
  return facts.filter((one) => one !== undefined)
}

const fact = (name: string, says: string): EvidenceFact => ({ name, says })

// The printer's own clock in seconds; "0" is its word for "no print".
function started_fact(text: string | undefined, now: number): EvidenceFact | undefined {
  if (!text || text === '0') return undefined
  const seconds = Number(text)
  return fact('Print began', Number.isFinite(seconds) ? moment(seconds * 1000, now) : text)
}

// As printers show it: 0300-8003.
function error_code(code: number): string {
  const hex = (code >>> 0).toString(16).toUpperCase().padStart(8, '0')
  return `${hex.slice(0, 4)}-${hex.slice(4)}`
}
