import { cva } from 'class-variance-authority'
import type { ComponentProps, ReactNode } from 'react'
import type { Tone } from '../lib/tone'
import { cn } from './cn'

const badge_classes = cva(
  'inline-flex h-6 shrink-0 items-center gap-1.5 rounded-full px-2.5 text-xs font-medium whitespace-nowrap [&_svg]:size-3.5 [&_svg]:shrink-0',
  {
    variants: {
      tone: {
        neutral: 'bg-neutral-soft text-neutral-text',
        info: 'bg-info-soft text-info-text',
        success: 'bg-success-soft text-success-text',
        warning: 'bg-warning-soft text-warning-text',
        danger: 'bg-danger-soft text-danger-text',
      } satisfies Record<Tone, string>,
    },
    defaultVariants: { tone: 'neutral' },
  },
)

type BadgeProps = ComponentProps<'span'> & { tone?: Tone; icon?: ReactNode }

export function Badge({ tone, icon, className, children, ...props }: BadgeProps) {
  return (
    <span data-slot="badge" className={cn(badge_classes({ tone }), className)} {...props}>
      {icon}
      {children}
    </span>
  )
}
