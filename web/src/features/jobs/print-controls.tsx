// Pause and resume. What the page shows follows the printer's own report, never the press.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Pause, Play } from 'lucide-react'
import type { Accepted, PrinterOrder } from '../../generated/protocol'
import { carried_out } from '../../lib/commands'
import { Button } from '../../ui/button'
import { tell_problem } from '../../ui/toaster'

interface PauseResumeProps {
  // Of what prints.
  name: string
  paused: boolean
  size?: 'sm' | 'md'
  order: (action: PrinterOrder['action']) => Promise<Accepted>
}

export function PauseResumeButton({ name, paused, size = 'sm', order }: PauseResumeProps) {
  const client = useQueryClient()
  const control = useMutation({
    mutationFn: async (action: 'pause' | 'resume') => carried_out(await order(action)),
    onError: (error, action) =>
      tell_problem(`${name} was not ${action === 'pause' ? 'paused' : 'resumed'}`, error),
    onSettled: () => client.invalidateQueries({ queryKey: ['job'] }),
  })
  return (
    <Button
      size={size}
      busy={control.isPending}
      onClick={() => control.mutate(paused ? 'resume' : 'pause')}
      aria-label={`${paused ? 'Resume' : 'Pause'} ${name}`}
    >
      {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
      {paused ? 'Resume' : 'Pause'}
    </Button>
  )
}
