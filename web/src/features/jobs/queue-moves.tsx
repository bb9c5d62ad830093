import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { api } from '../../generated/api'
import type { Job } from '../../generated/protocol'
import { useMay } from '../../lib/session'
import { Button } from '../../ui/button'
import { tell_problem } from '../../ui/toaster'
import { type Move, moves_in_queue } from './queue-order'

// One place up or down. The list changes when the server says so.
export function QueueMoves({ job, queue }: { job: Job; queue: readonly Job[] }) {
  const client = useQueryClient()
  const may = useMay('operator')
  const move = useMutation({
    mutationFn: ({ job_id, before_id }: Move) =>
      api.queue.reorder({ job_ids: [job_id], before_id }),
    onError: (error) => tell_problem(`${job.file_name} was not moved`, error),
    onSettled: () => client.invalidateQueries({ queryKey: ['job'] }),
  })
  if (!may || queue.length < 2) return null
  const { up, down } = moves_in_queue(queue, job.id)
  const arrows = [
    { wish: up, words: 'up', Icon: ArrowUp },
    { wish: down, words: 'down', Icon: ArrowDown },
  ]
  return arrows.map(({ wish, words, Icon }) => (
    <Button
      key={words}
      variant="quiet"
      size="sm"
      className="w-8 px-0"
      disabled={wish === undefined || move.isPending}
      onClick={() => wish && move.mutate(wish)}
      aria-label={`Move ${job.file_name} ${words}`}
      title={`Move ${words}`}
    >
      <Icon aria-hidden />
    </Button>
  ))
}
