# ./dev run: a farm to look at, on this machine only.
dev_run() {
  local printers=8 port=8080 listen=127.0.0.1 speed=60 fresh=
  local data=${XDG_DATA_HOME:-$HOME/.local/share}/printfarm/demo
  while [ $# -gt 0 ]; do
    case $1 in
      --printers|--port|--listen|--data|--speed)
        [ $# -ge 2 ] || die "$1 wants a value; ./dev help shows them." ;;&
      --printers) printers=$2; shift 2 ;;
      --port) port=$2; shift 2 ;;
      --listen) listen=$2; shift 2 ;;
      --data) data=$2; shift 2 ;;
      --speed) speed=$2; shift 2 ;;
      --fresh) fresh=yes; shift ;;
      *) die "./dev run does not know '$1'; ./dev help shows its options." ;;
    esac
  done
  [[ $printers =~ ^[0-9]+$ && $printers -ge 1 && $printers -le 200 ]] ||
    die "--printers wants a number from 1 to 200, not '$printers'."
  [[ $port =~ ^[0-9]+$ && $port -ge 1 && $port -le 65535 ]] ||
    die "--port wants a number from 1 to 65535, not '$port'."
  [[ $speed =~ ^[0-9]+(\.[0-9]+)?$ ]] || die "--speed wants a number such as 60, not '$speed'."

  install_packages build
  build_cpp release printfarm printfarm-hub printfarm-sim
  build_web
  case $(realpath -m "$data") in
    "$root"/*) die "--data must lie outside the checkout: $data is inside it." ;;
  esac
  exec "$node" tools/demo/demo.mjs "$root/build/release/bin" "$root/web/dist" "$(realpath -m "$data")" \
    "$printers" "$listen" "$port" "$speed" "$fresh"
}
