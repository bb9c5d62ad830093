import { Check } from 'lucide-react'
import { Link } from 'react-router'
import { Button } from '../../ui/button'
import { cn } from '../../ui/cn'

type Step = 'hub' | 'printer' | 'file' | 'job'

const steps: readonly { step: Step; title: string; says: string; verb: string; path: string }[] = [
  {
    step: 'hub',
    title: 'Add a hub',
    says: 'A small program in the printers’ network. It calls here; nothing has to be opened to the outside.',
    verb: 'Add a hub',
    path: '/hubs',
  },
  {
    step: 'printer',
    title: 'Add a printer',
    says: 'With its serial number and access code, from its screen. Every printer starts as “needs clearing”.',
    verb: 'Add a printer',
    path: '/printers',
  },
  {
    step: 'file',
    title: 'Upload a sliced file',
    says: 'Export the plate as .gcode.3mf and drop it on any page.',
    verb: 'Upload a file',
    path: '/files',
  },
  {
    step: 'job',
    title: 'Print it',
    says: 'Look at the plate, say that it is empty, and watch it here.',
    verb: 'Print a file',
    path: '/jobs',
  },
]

// Each tick is a thing that exists, never a page that was visited.
export function FirstSteps({ done }: { done: Record<Step, boolean> }) {
  const next = steps.find(({ step }) => !done[step])?.step
  return (
    <ol className="divide-y">
      {steps.map(({ step, title, says, verb, path }, index) => (
        <li
          key={step}
          className="flex flex-wrap items-center gap-x-4 gap-y-3 px-4 py-4 sm:flex-nowrap sm:px-5"
        >
          <span
            className={cn(
              'figures flex size-8 shrink-0 items-center justify-center rounded-full border text-sm font-semibold',
              done[step] ? 'border-transparent bg-success-soft text-success-text' : 'text-ink-2',
            )}
          >
            {done[step] ? (
              <Check aria-label="Done" className="size-4" strokeWidth={3} />
            ) : (
              index + 1
            )}
          </span>
          <div className="min-w-0 flex-1">
            <h3 className={cn('font-medium', done[step] && 'text-ink-3')}>{title}</h3>
            {!done[step] && <p className="text-sm text-ink-2">{says}</p>}
          </div>
          {!done[step] && (
            <Button asChild variant={step === next ? 'primary' : 'outline'}>
              <Link to={path}>{verb}</Link>
            </Button>
          )}
        </li>
      ))}
    </ol>
  )
}
