# ./dev check and ./dev fmt: how the sources look.
cpp_files() { git ls-files '*.cpp' '*.hpp'; }

dev_fmt() {
  install_packages test
  cpp_files | xargs clang-format -i
  use_node
  install_web
  (cd web && run_npm run --silent format)
}

dev_check() {
  install_packages test
  say "Formatting"
  cpp_files | xargs clang-format --dry-run -Werror || die "Run ./dev fmt."
  say "clang-tidy"
  build_cpp release
  # Only what is compiled here, one file a process, on all cores.
  git ls-files '*.cpp' | grep -v '_test.cpp$' |
    xargs -P "$(nproc)" -n 4 clang-tidy -p build/release --quiet --warnings-as-errors='*' \
      >"$cache_dir/tidy.log" 2>/dev/null ||
    { grep -E 'error|warning' "$cache_dir/tidy.log" | head -40 >&2; die "clang-tidy found something."; }
}
