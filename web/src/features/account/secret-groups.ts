// A secret that is typed by hand is read in groups of four.
export function in_groups_of_four(secret: string): string {
  return (secret.match(/.{1,4}/g) ?? []).join(' ')
}
