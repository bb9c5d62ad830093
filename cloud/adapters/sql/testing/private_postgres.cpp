#include "cloud/adapters/sql/testing/private_postgres.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "cloud/adapters/sql/migrations.hpp"

namespace pf {
namespace {

constexpr Milliseconds patience{60'000};
constexpr Milliseconds start_patience{60'000}, start_pause{20};

// Its user must not be root; PostgreSQL's own or nobody will do.
std::optional<passwd> unprivileged_user() {
  if (geteuid() != 0) return std::nullopt;
  for (const char* name : {"postgres", "nobody"}) {
    if (const auto* user = getpwnam(name)) return *user;
  }
  throw std::runtime_error("there is no user that PostgreSQL could run as");
}

// In a new process: never returns.
[[noreturn]] void become(const std::vector<std::string>& command, const std::string& log,
                         const std::optional<passwd>& user) {
  if (user && (setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGQUIT);  // A killed test leaves no server behind.
  const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(file, STDOUT_FILENO);
  dup2(file, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

// Keeps what the migrations put into the tables, and brings the tables back to it.
const std::vector<std::string> restoring = {
    "CREATE SCHEMA pristine",
    "DO $$ DECLARE name text; BEGIN "
    "FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP "
    "EXECUTE format('CREATE TABLE pristine.%I AS TABLE public.%I', name, name); "
    "END LOOP; END $$",
    "CREATE FUNCTION pristine.restore() RETURNS void LANGUAGE plpgsql AS $$ "
    "DECLARE name text; BEGIN "
    "PERFORM set_config('session_replication_role', 'replica', true); "  // No foreign keys.
    "FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'pristine' LOOP "
    "EXECUTE format('DELETE FROM public.%I', name); "
    "EXECUTE format('INSERT INTO public.%I TABLE pristine.%I', name, name); "
    "END LOOP; END $$",
};

}  // namespace

bool tests_use_postgres() {
  const char* engine = std::getenv("PF_TEST_DATABASE");
  return engine && std::strcmp(engine, "postgres") == 0;
}

// Debian keeps each major version in a folder of its own; the newest from 15 on.
std::optional<std::string> PrivatePostgres::programs() {
  for (int version = 30; version >= 15; --version) {
    const auto folder = "/usr/lib/postgresql/" + std::to_string(version) + "/bin";
    if (access((folder + "/initdb").c_str(), X_OK) == 0) return folder;
  }
  return std::nullopt;
}

PrivatePostgres::PrivatePostgres(std::string programs) : programs_(std::move(programs)) {
  const auto user = unprivileged_user();
  if (user && chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0) {
    throw std::runtime_error("the folder for PostgreSQL cannot be handed over");
  }
  initialise();
  server_ = start({programs_ + "/postgres",
                   "-D",
                   folder_.file("data"),
                   "-k",
                   folder_.path(),
                   "-c",
                   "listen_addresses=",
                   "-c",
                   "fsync=off",
                   "-c",
                   "full_page_writes=off",
                   "-c",
                   "synchronous_commit=off",
                   "-c",
                   "autovacuum=off",
                   "-c",
                   "jit=off",
                   "-c",
                   "deadlock_timeout=50ms",
                   "-c",
                   "shared_buffers=32MB",
                   "-c",
                   "max_connections=100"});
  wait_until_ready();
  make_template();
}

PrivatePostgres::~PrivatePostgres() {
  kill(server_, SIGQUIT);  // At once: nothing of it is to be kept.
  waitpid(server_, nullptr, 0);
}

pid_t PrivatePostgres::start(const std::vector<std::string>& command) const {
  const auto user = unprivileged_user();
  const auto log = folder_.file("log");
  const auto child = fork();
  if (child == 0) become(command, log, user);
  if (child < 0) throw std::runtime_error("no process can be started");
  return child;
}

void PrivatePostgres::initialise() const {
  int status = 0;
  const auto child = start({programs_ + "/initdb", "-D", folder_.file("data"), "-U", "superuser",
                            "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"});
  if (waitpid(child, &status, 0) != child || status != 0) {
    throw std::runtime_error("initdb failed; see " + folder_.file("log"));
  }
}

void PrivatePostgres::wait_until_ready() {
  const SystemClock clock;
  const auto deadline = clock.now() + start_patience;
  for (;;) {
    try {
      run_as_superuser("postgres", {"CREATE ROLE farm LOGIN"});
      return;
    } catch (const DatabaseUnavailable&) {
      if (clock.now() > deadline) throw;
    }
    std::this_thread::sleep_for(start_pause);
  }
}

void PrivatePostgres::make_template() {
  SeededRandom random(1);
  run_as_superuser("postgres", {"CREATE DATABASE migrated OWNER farm"});
  migrate_postgres(address_of("migrated"), embedded_migrations(), {1'700'000'000'000}, random);
  run_as_superuser("migrated", restoring);
}

std::string PrivatePostgres::lend_migrated() {
  if (!clean_.empty()) {
    auto name = std::move(clean_.back());
    clean_.pop_back();
    return name;
  }
  auto name = next_name();
  run_as_superuser("postgres", {"CREATE DATABASE " + name + " OWNER farm TEMPLATE migrated"});
  return name;
}

void PrivatePostgres::give_back(const std::string& database) {
  try {
    run_as_superuser(database, {"SELECT pristine.restore()"});
    clean_.push_back(database);
  } catch (const DatabaseError&) {
    // A test took a table away: nobody is lent this one again.
  }
}

std::string PrivatePostgres::make_empty() {
  auto name = next_name();
  run_as_superuser("postgres", {"CREATE DATABASE " + name + " OWNER farm"});
  return name;
}

std::string PrivatePostgres::address_of(const std::string& database) const {
  return "postgres://farm@/" + database + "?host=" + folder_.path();
}

std::string PrivatePostgres::superuser_address(const std::string& database) const {
  return "postgres://superuser@/" + database + "?host=" + folder_.path();
}

void PrivatePostgres::run_as_superuser(const std::string& database,
                                       const std::vector<std::string>& statements) {
  PostgresConnection connection(superuser_address(database), patience);
  for (const auto& sql : statements) connection.control(sql);
}

}  // namespace pf
