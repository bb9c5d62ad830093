# ./dev run: a farm to look at, on this machine only.
data_room_mb=100

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

  check_data_folder "$data"

  install_packages build
  build_cpp release printfarm printfarm-hub printfarm-sim
  build_web
  exec "$node" tools/demo/demo.mjs "$root/build/release/bin" "$root/web/dist" "$(realpath "$data")" \
    "$printers" "$listen" "$port" "$speed" "$fresh"
}

# Before the build, which takes minutes.
check_data_folder() {
  local data=$1 room
  case $(realpath -m "$data") in
    "$root"/*) die "--data must lie outside the checkout: $data is inside it." ;;
  esac
  mkdir -p "$data" 2>/dev/null && [ -w "$data" ] ||
    die "$data is not a folder that $(id -un) can make and write. Name another one with --data."
  room=$(df -Pm "$data" | awk 'NR == 2 {print $4}')
  [ "$room" -ge "$data_room_mb" ] ||
    die "Only $room MB are free for $data; a demo needs $data_room_mb. Free some room, or name another folder with --data."
}
