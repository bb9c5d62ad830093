# ./dev check and ./dev fmt: how the sources look.
cpp_files() { git ls-files '*.cpp' '*.hpp'; }

dev_fmt() {
  install_packages test
  cpp_files | xargs clang-format -i
  use_node
  install_web
  (cd web && run_npm run --silent format)
}

check_format() {
  say "Formatting"
  cpp_files | xargs clang-format --dry-run -Werror || die "Run ./dev fmt."
}

# clang-tidy reads every file as the compiler does: about ten minutes on two cores.
dev_check() {
  install_packages test
  check_format
  say "clang-tidy"
  build_cpp release
  # Only what is compiled here, one file a process, on all cores.
  git ls-files '*.cpp' | grep -v '_test.cpp$' |
    xargs -P "$(nproc)" -n 4 clang-tidy -p build/release --quiet --warnings-as-errors='*' --extra-arg=-Wno-unknown-warning-option \
      >"$cache_dir/tidy.log" 2>/dev/null ||
    { grep -E 'error|warning' "$cache_dir/tidy.log" | head -40 >&2; die "clang-tidy found something."; }
  use_node
  install_web
  (cd web && run_npm run --silent typecheck && run_npm run --silent lint)
}
