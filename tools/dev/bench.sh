# ./dev bench NAME [--json]: figures as ratios taken in one run.
dev_bench() {
  local name=${1:-}
  [ "$name" = status ] || die "./dev bench knows: status."
  shift
  install_packages build
  build_cpp release printfarm printfarm-measure >&2
  exec build/release/bin/printfarm-measure "$name" --server build/release/bin/printfarm \
    --commit "$(git rev-parse --short HEAD 2>/dev/null || echo unknown)" "$@"
}
