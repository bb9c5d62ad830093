// A file as a whole, from its plates. One unknown summand makes an unknown sum.
import { api } from '../../generated/api'
import type { Plate, PrintFileInfo } from '../../generated/protocol'
import { known_model_name } from '../../lib/models'

export function sum(values: readonly (number | undefined)[]): number | undefined {
  let total = 0
  for (const value of values) {
    if (value === undefined) return undefined
    total += value
  }
  return values.length === 0 ? undefined : total
}

export function made_for(file: PrintFileInfo): string | undefined {
  // Our short name where the code is known, else whatever the slicer calls it.
  return known_model_name(file.printer_model) ?? (file.printer_model_name || file.printer_model)
}

export function picture_of(file_id: string, plate: Plate | undefined): string | undefined {
  return plate?.has_thumbnail ? api.files.thumbnail(file_id, plate.index) : undefined
}
