# Building, and doing nothing when nothing changed.

# As many compilers at once as there are cores, and memory for (1.2 GB each).
build_jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/MemAvailable/ {print int($2 / 1200000)}' /proc/meminfo)
  [ "$memory" -lt 1 ] && memory=1
  [ "$memory" -lt "$cores" ] && echo "$memory" || echo "$cores"
}

# build_cpp PRESET [targets...]
build_cpp() {
  local preset=$1
  shift
  export CCACHE_DIR=${CCACHE_DIR:-$cache_dir/ccache} CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
  export NINJA_STATUS='[%f/%t %es] '
  local room
  room=$(df -Pm "$root" | awk 'NR == 2 {print $4}')
  [ "$room" -gt 1500 ] || die "Only $room MB are free here; a build needs 1500. Free some room first."
  if [ ! -f "build/$preset/build.ninja" ]; then
    mkdir -p "build/$preset"
    cmake --preset "$preset" >"build/$preset/configure.log" 2>&1 ||
      { tail -20 "build/$preset/configure.log" >&2; die "CMake could not configure the build."; }
  fi
  local code=0
  ninja -C "build/$preset" -j "$(build_jobs)" "$@" || code=$?
  [ $code = 0 ] || die "The build failed; the compiler's words are above."
}

# Installs the web app's packages exactly as locked.
install_web() {
  local wanted
  wanted=$(cat web/package.json web/package-lock.json | sha256sum | cut -c1-16)-$node_version
  [ "$(cat web/node_modules/.installed 2>/dev/null)" = "$wanted" ] && return
  say "Installing the web app's packages"
  local before
  before=$(sha256sum web/package-lock.json)
  # Not "npm ci": newer ones refuse a lock made where optional packages of other platforms are absent.
  (cd web && run_npm install --no-save --ignore-scripts --no-audit --no-fund >"$cache_dir/npm.log" 2>&1) ||
    die "npm could not install the web app's packages: $(grep -m1 'npm ERR\|npm error' "$cache_dir/npm.log"). Is this machine online?"
  [ "$(sha256sum web/package-lock.json)" = "$before" ] ||
    die "Installing changed web/package-lock.json: package.json and the lock disagree."
  echo "$wanted" >web/node_modules/.installed
}

build_web() {
  use_node
  install_web
  local stamp=web/dist/.built
  if [ -f $stamp ] && [ -z "$(find web -path web/node_modules -prune -o -path web/dist -prune -o \
      -type f -newer $stamp -print -quit)" ]; then
    return
  fi
  say "Building the web app"
  (cd web && run_npm run --silent build >"$cache_dir/web-build.log" 2>&1) ||
    { tail -30 "$cache_dir/web-build.log" >&2; die "The web app could not be built."; }
  touch $stamp
}
