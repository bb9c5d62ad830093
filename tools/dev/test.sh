# ./dev test: everything, or one part by name. What CI runs.
. tools/dev/generate.sh
. tools/dev/check.sh

test_unit() {
  say "C++ tests"
  # A build that was configured before the test library was there knows no tests.
  [ -f build/release/build.ninja ] && cmake --preset release >build/release/configure.log 2>&1
  build_cpp release
  # Their packages were installed above, so their tests may not be skipped.
  PF_REQUIRE_SMTP=1 PF_REQUIRE_POSTGRES=1 ctest --test-dir build/release --output-on-failure --no-tests=error -j 2
  check_generated
}

test_web() {
  use_node
  install_web
  say "Web: types, linter, unit tests"
  (cd web && run_npm run --silent typecheck && run_npm run --silent lint && run_npm run --silent test)
  build_web
}

test_e2e() {
  build_cpp release printfarm printfarm-hub printfarm-sim
  build_web
  say "End to end: the running programs"
  # Three files at a time: a journey mostly waits for a printer.
  PRINTFARM_BIN=$root/build/release/bin "$node" --test --test-concurrency=3 tests/journeys/*.test.mjs
  say "End to end: the whole job in a browser"
  export PRINTFARM_BIN=$root/build/release/bin PRINTFARM_WEB=$root/web/dist
  (cd web && run_npm run --silent test:e2e)
  say "End to end: the whole job again, kept in PostgreSQL"
  PF_DATABASE=postgres "$node" --test --test-concurrency=1 tests/journeys/print.test.mjs
  (cd web && PF_DATABASE=postgres run_npm run --silent test:e2e whole_job)
}

dev_test() {
  install_packages test
  case ${1:-all} in
    unit) test_unit ;;
    web) test_web ;;
    e2e) test_e2e ;;
    all) check_format; test_unit; test_web; test_e2e; say "All tests passed." ;;
    *) die "./dev test knows unit, web and e2e, not '$1'." ;;
  esac
}
