import { useQueryClient } from '@tanstack/react-query'
import { Play, X } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api } from '../../generated/api'
import type { Job, Printer } from '../../generated/protocol'
import { useMay } from '../../lib/session'
import { Button } from '../../ui/button'
import { ConfirmDialog } from '../../ui/dialog'
import { AnswerButton } from './answer-button'
import type { JobView } from './job-view'
import { PauseResumeButton } from './print-controls'

const StartDialog = lazy(() => import('./start-dialog'))

interface JobActionsProps {
  job: Job
  view: JobView
  printer: Printer | undefined
}

export function JobActions({ job, view, printer }: JobActionsProps) {
  const client = useQueryClient()
  const may = useMay('operator')
  const [open, set_open] = useState<'start' | 'cancel'>()
  const close = () => set_open(undefined)
  const cancel = async () => {
    await api.jobs.cancel(job.id)
    await client.invalidateQueries({ queryKey: ['job'] })
  }
  if (!may) return null
  const before_start = job.state === 'queued' || job.state === 'assigned' || job.state === 'sending'
  return (
    <>
      {job.needs_answer && view.open && <AnswerButton job={job} />}
      {(view.can_pause || view.can_resume) && (
        <PauseResumeButton
          name={job.file_name}
          paused={view.can_resume}
          order={(action) =>
            action === 'pause' ? api.jobs.pause(job.id) : api.jobs.resume(job.id)
          }
        />
      )}
      {view.can_start && (
        <Button
          size="sm"
          variant="primary"
          onClick={() => set_open('start')}
          aria-label={`Start ${job.file_name}`}
        >
          <Play aria-hidden />
          Start
        </Button>
      )}
      {view.can_cancel && (
        <Button
          size="sm"
          onClick={() => set_open('cancel')}
          aria-label={`${before_start ? 'Cancel' : 'Stop'} ${job.file_name}`}
        >
          <X aria-hidden />
          {before_start ? 'Cancel' : 'Stop'}
        </Button>
      )}
      {open === 'start' && (
        <Suspense fallback={null}>
          <StartDialog job={job} printer={printer} onClose={close} />
        </Suspense>
      )}
      <ConfirmDialog
        open={open === 'cancel'}
        onOpenChange={close}
        title={before_start ? 'Cancel this job?' : 'Stop this print?'}
        description={
          before_start
            ? `${job.file_name} will not be printed.`
            : `${job.file_name} is stopped on ${printer?.name ?? 'its printer'} and cannot be continued.`
        }
        verb={before_start ? 'Cancel job' : 'Stop print'}
        keep={before_start ? 'Keep it' : 'Go on printing'}
        onConfirm={cancel}
      />
    </>
  )
}
