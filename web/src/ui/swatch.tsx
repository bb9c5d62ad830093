import { cn } from './cn'

interface SwatchProps {
  // "#RRGGBB" or "#RRGGBBAA"; several are stripes, none is "nobody knows".
  colors: readonly string[]
  className?: string
}

const color_pattern = /^#[0-9a-f]{6}([0-9a-f]{2})?$/i
const stops = (colors: readonly string[]) =>
  colors.map(
    (color, index) =>
      `${color} ${(index / colors.length) * 100}% ${((index + 1) / colors.length) * 100}%`,
  )

// Always with an edge, since some colours are those of the ground; a checkerboard shines through clear ones.
export function Swatch({ colors, className }: SwatchProps) {
  const known = colors.filter((color) => color_pattern.test(color))
  return (
    <span
      aria-hidden
      className={cn(
        'inline-block size-4 shrink-0 overflow-hidden rounded-[5px] border border-ink-3/50',
        known.length === 0 && 'border-dashed',
        className,
      )}
      style={
        known.length === 0
          ? undefined
          : {
              backgroundImage: `linear-gradient(90deg, ${stops(known).join(', ')}), repeating-conic-gradient(#bbb 0 25%, #fff 0 50%)`,
              backgroundSize: 'auto, 8px 8px',
            }
      }
    />
  )
}
