import {
  CircleCheck,
  CircleHelp,
  CircleX,
  Layers,
  type LucideIcon,
  Pause,
  Router,
  TriangleAlert,
  Unplug,
} from 'lucide-react'
import { Link } from 'react-router'
import { AnswerButton } from '../../features/jobs/answer-button'
import { PlateEmptyButton } from '../../features/printers/plate-empty-button'
import type { Tone } from '../../lib/tone'
import { Button } from '../../ui/button'
import { Section } from '../../ui/card'
import { cn } from '../../ui/cn'
import type { Need, NeedKind } from './needs'

const icons: Record<NeedKind, LucideIcon> = {
  error: TriangleAlert,
  question: CircleHelp,
  paused: Pause,
  refused: CircleX,
  hub: Router,
  connection: Unplug,
  plate: Layers,
}

const grounds: Record<Tone, string> = {
  neutral: 'bg-neutral-soft text-neutral-text',
  info: 'bg-info-soft text-info-text',
  success: 'bg-success-soft text-success-text',
  warning: 'bg-warning-soft text-warning-text',
  danger: 'bg-danger-soft text-danger-text',
}

const shown_max = 30

export function NeedsYou({ needs }: { needs: readonly Need[] }) {
  return (
    <Section
      title="Needs you"
      aside={<span className="figures text-sm text-ink-3">{needs.length}</span>}
    >
      {needs.length === 0 ? (
        <p className="flex items-center gap-2.5 px-4 py-6 text-ink-2 sm:px-5">
          <CircleCheck aria-hidden className="size-5 text-success-solid" />
          Nothing. The farm runs by itself.
        </p>
      ) : (
        <ul className="divide-y">
          {needs.slice(0, shown_max).map((need) => (
            <NeedRow key={need.key} need={need} />
          ))}
        </ul>
      )}
      {needs.length > shown_max && (
        <p className="border-t px-4 py-3 text-sm sm:px-5">
          <Link
            to="/printers?show=attention"
            className="font-medium text-accent-text underline underline-offset-3"
          >
            And {needs.length - shown_max} more
          </Link>
        </p>
      )}
    </Section>
  )
}

function NeedRow({ need }: { need: Need }) {
  const Icon = icons[need.kind]
  return (
    <li className="grid grid-cols-[2.25rem_minmax(0,1fr)] items-center justify-items-start gap-x-4 gap-y-2 px-4 py-3 *:last:col-start-2 sm:grid-cols-[2.25rem_minmax(0,1fr)_auto] sm:px-5 sm:*:last:col-start-3">
      <span
        className={cn(
          'flex size-9 shrink-0 self-start items-center justify-center rounded-full',
          grounds[need.tone],
        )}
      >
        <Icon aria-hidden className="size-4.5" />
      </span>
      <div className="min-w-0">
        <p className="font-medium">{need.title}</p>
        {need.says && <p className="text-sm text-ink-2">{need.says}</p>}
      </div>
      {need.clear && <PlateEmptyButton printer={need.clear} size="sm" />}
      {need.answer && <AnswerButton job={need.answer} />}
      {!need.clear && !need.answer && (
        <Button asChild size="sm">
          <Link to={need.path} aria-label={`Look at it: ${need.title}`}>
            Look at it
          </Link>
        </Button>
      )}
    </li>
  )
}
