// Places in the queue. A job that is put before another takes over its priority, so that it is where
// one put it.
import type { Job } from '../../generated/protocol'

export interface Move {
  job_id: string
  before_id: string
}

// Absent: it is at that end already. Down means that the next one goes before it: "to the end" would
// leave it above whatever has a lower priority.
export function moves_in_queue(
  queue: readonly Pick<Job, 'id'>[],
  job_id: string,
): { up?: Move; down?: Move } {
  const at = queue.findIndex((one) => one.id === job_id)
  if (at < 0) return {}
  const [above, below] = [queue[at - 1], queue[at + 1]]
  return {
    ...(above && { up: { job_id, before_id: above.id } }),
    ...(below && { down: { job_id: below.id, before_id: job_id } }),
  }
}

export const priorities = [
  { value: 100, name: 'High' },
  { value: 50, name: 'Normal' },
  { value: 10, name: 'Low' },
] as const
export const usual_priority = 50

// The server knows numbers; other programs may use any.
export function priority_words(priority: number): string {
  return priorities.find(({ value }) => value === priority)?.name ?? String(priority)
}
