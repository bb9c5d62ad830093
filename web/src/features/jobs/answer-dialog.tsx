// Nobody heard how a start went: a person looks at the printer and says it.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../generated/api'
import type { Job, JobAnswer, Printer } from '../../generated/protocol'
import { useServerNow } from '../../lib/live'
import { says } from '../../lib/problem'
import { story_query } from '../../lib/queries'
import { Button } from '../../ui/button'
import { Fact } from '../../ui/card'
import { Dialog, DialogActions, DialogBody } from '../../ui/dialog'
import { Notice } from '../../ui/notice'
import { RadioCard } from '../../ui/radio-card'
import { Skeleton } from '../../ui/skeleton'
import { tell } from '../../ui/toaster'
import { evidence_facts } from './evidence'

type Outcome = JobAnswer['outcome']

const answers: readonly { outcome: Outcome; title: string; says: string }[] = [
  {
    outcome: 'not_started',
    title: 'It did not start',
    says: 'The bed shows no trace of it and the printer is idle. The job waits again and may be started.',
  },
  {
    outcome: 'started',
    title: 'It is printing now',
    says: 'The job counts as printing and is followed to its end.',
  },
  {
    outcome: 'finished',
    title: 'It printed and finished',
    says: 'The job is done. The plate needs clearing.',
  },
  {
    outcome: 'failed',
    title: 'It started and failed',
    says: 'The job counts as failed. The plate needs clearing.',
  },
  {
    outcome: 'stopped',
    title: 'It started and was stopped',
    says: 'The job counts as stopped. The plate needs clearing.',
  },
]

interface AnswerDialogProps {
  job: Job
  printer: Printer | undefined
  onClose: () => void
}

export default function AnswerDialog({ job, printer, onClose }: AnswerDialogProps) {
  const client = useQueryClient()
  const [outcome, set_outcome] = useState<Outcome>()
  const answer = useMutation({
    mutationFn: (chosen: Outcome) => api.jobs.answer(job.id, { outcome: chosen }),
    onSuccess: async () => {
      tell('Thank you', `What you said of ${job.file_name} is written down.`)
      onClose()
      await client.invalidateQueries({ queryKey: ['job'] })
    },
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={`Did ${job.file_name} start?`}
      description={`Look at ${printer?.name ?? 'the printer'}: its screen and its bed. Nothing else starts there until this is settled.`}
      className="sm:max-w-xl"
    >
      <DialogBody>
        {answer.isError && (
          <Notice tone="danger" title="Your answer was not taken">
            {says(answer.error)}
          </Notice>
        )}
        <LastSeen job={job} />
        <fieldset className="space-y-2">
          <legend className="mb-1.5 text-sm font-medium">What happened?</legend>
          {answers.map((one) => (
            <RadioCard
              key={one.outcome}
              name="outcome"
              checked={one.outcome === outcome}
              onChoose={() => set_outcome(one.outcome)}
              title={one.title}
              hint={one.says}
            />
          ))}
        </fieldset>
      </DialogBody>
      <DialogActions>
        <Button
          variant="primary"
          busy={answer.isPending}
          disabled={outcome === undefined}
          onClick={() => outcome && answer.mutate(outcome)}
        >
          Say so
        </Button>
        <Button onClick={onClose}>Not now</Button>
      </DialogActions>
    </Dialog>
  )
}

function LastSeen({ job }: { job: Job }) {
  const story = useQuery(story_query(job.id))
  const server_now = useServerNow(15_000)
  if (story.isPending) return <Skeleton className="h-20" />
  const attempt = story.data?.attempts.find((one) => one.attempt === job.attempt)
  const facts = evidence_facts(attempt?.evidence, server_now)
  if (facts.length === 0) {
    return (
      <Notice tone="warning">
        {job.reason ??
          'Nothing was seen of it since it was sent: only the printer itself can tell.'}
      </Notice>
    )
  }
  return (
    <section className="rounded-control border px-3 py-2">
      <h3 className="text-sm font-medium">What was last seen</h3>
      <dl className="divide-y">
        {facts.map(({ name, says: words }) => (
          <Fact key={name} name={name}>
            {words}
          </Fact>
        ))}
      </dl>
    </section>
  )
}
