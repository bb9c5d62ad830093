# Writes a .cpp that holds every migration's text: cmake -DFOLDER=... -DOUTPUT=... -P this file.
file(GLOB files ${FOLDER}/*.sql)
list(SORT files)
set(entries "")
foreach(path IN LISTS files)
  get_filename_component(name ${path} NAME)
  string(REGEX MATCH "^[0-9]+" digits ${name})
  string(REGEX REPLACE "^0+" "" number "${digits}")
  file(READ ${path} sql)
  string(APPEND entries "    {${number}, \"${name}\", R\"migration(${sql})migration\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"cloud/adapters/sql/migrations.hpp\"

namespace pf {
namespace {

constexpr Migration migrations[] = {
${entries}};

}  // namespace

std::span<const Migration> embedded_migrations() { return migrations; }

}  // namespace pf
")
