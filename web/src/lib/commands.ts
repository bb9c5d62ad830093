// Orders to a hub: the server takes them at once, and the hub says later what became of them. Waiting
// for that here is what lets a button tell "refused" instead of showing a wish.
import { api } from '../generated/api'
import type { Accepted, Command } from '../generated/protocol'
import { Problem } from './problem'

const look_every_ms = 700
// Orders about a print are void after half a minute; the rest may wait for a hub that is away.
const looks_max = 60

const state_words: Record<Command['state'], string> = {
  waiting: 'The hub has not heard it yet. If the order is not void by then, it follows it later.',
  sent: 'The hub has not answered yet. Look at the printer.',
  accepted: 'The hub took it.',
  refused: 'The hub refused it.',
  expired: 'The hub was not reached in time, so the order is void. Try again when it is online.',
}

export function words_of_command({ state, code, error_message }: Command): string {
  if (state !== 'refused') return state_words[state]
  return error_message ?? (code ? `The hub refused it (${code}).` : state_words.refused)
}

interface Watch {
  read: (command_id: string) => Promise<Command>
  pause: () => Promise<void>
}

const watch_server: Watch = {
  read: (command_id) => api.commands.find(command_id),
  pause: () => new Promise((done) => setTimeout(done, look_every_ms)),
}

// Rejected with the reason in words unless the hub took the order.
export async function carried_out(
  { command_id }: Accepted,
  { read, pause }: Watch = watch_server,
): Promise<void> {
  let command: Command | undefined
  for (let look = 0; look < looks_max; look += 1) {
    // Each look waits for the one before: that is the point.
    // oxlint-disable-next-line no-await-in-loop
    command = await read(command_id)
    if (command.state === 'accepted') return
    if (command.state === 'refused' || command.state === 'expired') break
    // oxlint-disable-next-line no-await-in-loop
    await pause()
  }
  throw new Problem(409, command ? words_of_command(command) : state_words.sent)
}
