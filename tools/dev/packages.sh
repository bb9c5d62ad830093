# Which Debian packages are needed for what; docs/dependencies.md gives each its reason.
build_packages=(
  g++ cmake ninja-build ccache lld
  libboost1.81-dev libssl-dev libsqlite3-dev libpq-dev libargon2-dev libzip-dev libexpat1-dev
  libcurl4-openssl-dev libspdlog-dev libcli11-dev libtomlplusplus-dev prometheus-cpp-dev
  nodejs npm ca-certificates
)
test_packages=(
  libgtest-dev librapidcheck-dev clang-format clang-tidy
  postgresql mosquitto mosquitto-clients vsftpd python3-aiosmtpd curl openssl procps
  chromium fonts-dejavu-core
)

is_installed() { dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -q '^installed$'; }

# Another Node than Debian's serves too: the project only uses it to fetch its own.
has_command_instead() {
  case $1 in
    nodejs) command -v node >/dev/null ;;
    npm) command -v npm >/dev/null ;;
    *) return 1 ;;
  esac
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# install_packages build|test: says what is missing and installs exactly that.
install_packages() {
  local wanted=("${build_packages[@]}") package
  [ "$1" = test ] && wanted+=("${test_packages[@]}")
  missing=()
  for package in "${wanted[@]}"; do
    is_installed "$package" || has_command_instead "$package" || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return
  command -v apt-get >/dev/null ||
    die "This script installs packages with apt-get (Debian 12). Elsewhere install the like of: ${missing[*]}"
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
    die "Packages are missing and this is not root, nor is there sudo. As root run: apt-get install -y ${missing[*]}"
  say "Installing from Debian, which takes a minute or two: ${missing[*]}"
  keep_services_from_starting
  as_root apt-get update -qq || die "apt-get update failed. Is this machine online?"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >"$cache_dir/apt.log" 2>&1 ||
    die "apt-get could not install them; $cache_dir/apt.log says why (no network, or a full disk?)."
  let_services_start_again
}

# Test servers are started by the tests, on ports of their own; Debian must not start them.
keep_services_from_starting() {
  mkdir -p "$cache_dir"
  policy=/usr/sbin/policy-rc.d
  made_policy=
  [ -e $policy ] && return
  printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
  as_root chmod 755 $policy
  made_policy=yes
  trap let_services_start_again EXIT
}
let_services_start_again() {
  [ -n "${made_policy:-}" ] && as_root rm -f /usr/sbin/policy-rc.d
  made_policy=
}
