import { cva } from 'class-variance-authority'
import { CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Tone } from '../lib/tone'
import { cn } from './cn'

const notice_classes = cva(
  'flex gap-2.5 rounded-control px-3.5 py-2.5 text-sm [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0',
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
  },
)

interface NoticeProps {
  tone: Tone
  title?: ReactNode
  action?: ReactNode
  className?: string
  children?: ReactNode
}

export function Notice({ tone, title, action, className, children }: NoticeProps) {
  const Icon =
    tone === 'success'
      ? CircleCheck
      : tone === 'warning' || tone === 'danger'
        ? TriangleAlert
        : Info
  return (
    <div
      role={tone === 'danger' ? 'alert' : undefined}
      className={cn(notice_classes({ tone }), className)}
    >
      <Icon aria-hidden />
      <div className="min-w-0 flex-1 break-words">
        {title && <p className="font-medium">{title}</p>}
        {children && <div>{children}</div>}
      </div>
      {action}
    </div>
  )
}
