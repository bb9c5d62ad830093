// Printer models by the code that printers, slicers and our wire use.

export const models: readonly { code: string; name: string }[] = [
  { code: 'N1', name: 'A1 mini' },
  { code: 'N2S', name: 'A1' },
  { code: 'C11', name: 'P1P' },
  { code: 'C12', name: 'P1S' },
  { code: 'N7', name: 'P2S' },
  { code: 'BL-P001', name: 'X1 Carbon' },
  { code: 'BL-P002', name: 'X1' },
  { code: 'C13', name: 'X1E' },
  { code: 'N6', name: 'X2D' },
  { code: 'N9', name: 'A2L' },
  { code: 'O1S', name: 'H2S' },
  { code: 'O1D', name: 'H2D' },
  { code: 'O1E', name: 'H2D Pro' },
  { code: 'O1C', name: 'H2C' },
]

export function known_model_name(code: string | undefined): string | undefined {
  return models.find((model) => model.code === code)?.name
}

// A code that nobody here knows is shown as it is: it still tells printers apart.
export function model_name(code: string | undefined): string | undefined {
  return known_model_name(code) ?? (code || undefined)
}
