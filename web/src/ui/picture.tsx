import { Box } from 'lucide-react'
import { useState } from 'react'
import { cn } from './cn'

// Always takes its place; a picture that is missing or fails leaves a quiet sign.
export function Picture({ src, className }: { src: string | undefined; className?: string }) {
  const [failed, set_failed] = useState<string>()
  return (
    <div
      className={cn(
        'flex aspect-square shrink-0 items-center justify-center overflow-hidden rounded-control bg-sunken',
        className,
      )}
    >
      {src !== undefined && failed !== src ? (
        <img
          src={src}
          alt=""
          loading="lazy"
          decoding="async"
          className="size-full object-contain"
          onError={() => set_failed(src)}
        />
      ) : (
        <Box aria-hidden className="size-1/3 text-ink-3" strokeWidth={1.25} />
      )}
    </div>
  )
}
