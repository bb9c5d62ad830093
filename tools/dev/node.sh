# Node 22 for everything that is JavaScript: Debian's own is too old. It comes as an npm package,
# pinned by its integrity, without scripts, into a cache outside the checkout.
node_version=22.23.3
node_integrity_x64=sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==
node_integrity_arm64=sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==

# Sets $node and puts it first on the PATH.
use_node() {
  local architecture integrity home=$cache_dir/node-$node_version
  case $(uname -m) in
    x86_64) architecture=x64 integrity=$node_integrity_x64 ;;
    aarch64) architecture=arm64 integrity=$node_integrity_arm64 ;;
    *) die "There is no Node package for $(uname -m); x86_64 and aarch64 are known." ;;
  esac
  node=$home/bin/node
  [ -x "$node" ] || fetch_node "node-linux-$architecture" "$integrity" "$home"
  export PATH=$home/bin:$PATH
}

fetch_node() {
  local package=$1 integrity=$2 home=$3 work
  say "Fetching Node $node_version (once, about 50 MB)"
  mkdir -p "$cache_dir"
  work=$(mktemp -d "$cache_dir/node.XXXXXX")
  (cd "$work" && npm pack --silent --ignore-scripts "$package@$node_version" >/dev/null 2>npm.log) ||
    die "npm could not fetch $package@$node_version: $(tail -1 "$work/npm.log"). Is this machine online?"
  local found
  found=$(command node -e 'const fs = require("fs"), { createHash } = require("crypto")
    console.log("sha512-" + createHash("sha512").update(fs.readFileSync(process.argv[1])).digest("base64"))' \
    "$work"/*.tgz)
  [ "$found" = "$integrity" ] ||
    die "The fetched $package is not the pinned one (integrity $found). Nothing was installed."
  tar -xzf "$work"/*.tgz -C "$work" package/bin/node package/LICENSE
  rm -rf "$home"
  mv "$work/package" "$home"
  rm -rf "$work"
}

# npm under our Node. The npm command of the system is a script of this file.
run_npm() { "$node" "$(readlink -f "$(command -v npm)")" "$@"; }
