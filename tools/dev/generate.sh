# The web app's types, validation and API client, printed from the C++ declarations.
generated=web/src/generated
print_generated() {  # into DIR
  build/release/bin/printfarm-typescript protocol >"$1/protocol.ts"
  build/release/bin/printfarm-typescript api >"$1/api.ts"
}
dev_generate() {
  build_cpp release printfarm-typescript
  print_generated $generated
}
check_generated() {
  local fresh
  fresh=$(mktemp -d)
  print_generated "$fresh"
  diff -ru $generated "$fresh" >&2 ||
    die "web/src/generated is not what the C++ declarations say. Run ./dev generate and commit it."
  rm -rf "$fresh"
}
