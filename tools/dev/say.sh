# Words to the person at the keyboard.
say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
die() { printf '\033[31merror:\033[0m %s\n' "$*" >&2; exit 1; }

cache_dir=${XDG_CACHE_HOME:-$HOME/.cache}/printfarm
