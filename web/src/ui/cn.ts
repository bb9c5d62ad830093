import { type ClassValue, clsx } from 'clsx'
import { twMerge } from 'tailwind-merge'

// Class names joined so that a caller's word wins over the component's own.
export function cn(...inputs: ClassValue[]): string {
  return twMerge(clsx(inputs))
}
