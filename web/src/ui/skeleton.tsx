import { cn } from './cn'

// The shape of what is being read, so that nothing jumps when it arrives.
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn('animate-pulse rounded-control bg-sunken', className)} />
}
