# ./dev bench NAME [--json]: figures as ratios taken in one run.
dev_bench() {
  local name=${1:-} programs=build/release/bin
  case $name in
    status) set -- "$@" --server $programs/printfarm ;;
    transfer) set -- "$@" --programs $programs ;;
    *) die "./dev bench knows: status, transfer." ;;
  esac
  install_packages build
  build_cpp release printfarm printfarm-hub printfarm-sim printfarm-measure >&2
  exec $programs/printfarm-measure "$@" \
    --commit "$(git rev-parse --short HEAD 2>/dev/null || echo unknown)"
}
