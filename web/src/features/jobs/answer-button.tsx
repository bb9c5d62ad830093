import { useQuery } from '@tanstack/react-query'
import { CircleHelp } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { Job } from '../../generated/protocol'
import { printers_query } from '../../lib/queries'
import { useMay } from '../../lib/session'
import { Button } from '../../ui/button'

const AnswerDialog = lazy(() => import('./answer-dialog'))

// Where nobody knows whether a print started: the way to say it.
export function AnswerButton({ job }: { job: Job }) {
  const may = useMay('operator')
  const { data: printers } = useQuery(printers_query)
  const [open, set_open] = useState(false)
  if (!may) return null
  return (
    <>
      <Button
        size="sm"
        variant="primary"
        onClick={() => set_open(true)}
        aria-label={`Answer: did ${job.file_name} start?`}
      >
        <CircleHelp aria-hidden />
        Answer
      </Button>
      {open && (
        <Suspense fallback={null}>
          <AnswerDialog
            job={job}
            printer={printers?.find((one) => one.id === job.printer_id)}
            onClose={() => set_open(false)}
          />
        </Suspense>
      )}
    </>
  )
}
