# migrations/*.sql are embedded as text, migrations/*.cpp compiled; one generated function lists them all, so a new file is in the
# next build with no other edit. Names and numbers come from the file names.
file(GLOB migration_sql CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/migrations/*.sql)
file(GLOB migration_cpp CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/migrations/*.cpp)
set(migration_dir ${CMAKE_BINARY_DIR}/migrations)

set(migration_sources "")
set(migration_declarations "")
set(migration_additions "")
set(migration_numbers "")
foreach(path IN LISTS migration_sql migration_cpp)
  cmake_path(GET path FILENAME file)
  if(NOT file MATCHES "^(0*)([0-9]+)_([a-z0-9_]+)\\.(sql|cpp)$")
    message(FATAL_ERROR "migrations/${file}: name it like 012_add_email_index.sql (digits, then lower-case words with underscores).")
  endif()
  if(CMAKE_MATCH_2 IN_LIST migration_numbers)
    message(FATAL_ERROR "migrations/${file}: there is another migration with the number ${CMAKE_MATCH_2}; take the next free one.")
  endif()
  list(APPEND migration_numbers ${CMAKE_MATCH_2})
  set(function migration_${CMAKE_MATCH_1}${CMAKE_MATCH_2}_${CMAKE_MATCH_3})
  string(APPEND migration_declarations "lightdash::migrate::migration ${function}();\n")
  string(APPEND migration_additions "    made.add(${function}());\n")
  if(CMAKE_MATCH_4 STREQUAL "cpp")
    set_source_files_properties(${path} PROPERTIES COMPILE_DEFINITIONS
      "LIGHTDASH_MIGRATION_FUNCTION=${function};LIGHTDASH_MIGRATION_FILE=\"migrations/${file}\"")
    list(APPEND migration_sources ${path})
  else()
    add_custom_command(
      OUTPUT ${migration_dir}/${file}.cpp
      COMMAND ${CMAKE_COMMAND} -DSQL=${path} -DFILE=migrations/${file} -DFUNCTION=${function}
              -DOUTPUT=${migration_dir}/${file}.cpp -P ${CMAKE_SOURCE_DIR}/scripts/cmake/embed_sql.cmake
      DEPENDS ${path} ${CMAKE_SOURCE_DIR}/scripts/cmake/embed_sql.cmake
      COMMENT "Embedding migrations/${file}"
      VERBATIM)
    list(APPEND migration_sources ${migration_dir}/${file}.cpp)
  endif()
endforeach()

file(CONFIGURE OUTPUT ${migration_dir}/registry.cpp @ONLY CONTENT
[[#include "lightdash/migrate/migration.hpp"

@migration_declarations@
lightdash::migrate::registry lightdash::migrate::registry::compiled_in()
{
    registry made{"@PROJECT_VERSION@"};
@migration_additions@    return made;
}
]])

add_library(lightdash_migrations STATIC ${migration_sources} ${migration_dir}/registry.cpp)
lightdash_reuse_precompiled(lightdash_migrations lightdash_separate)
target_link_libraries(lightdash_migrations PUBLIC lightdash_migrate)
# Whoever uses the application layer gets the migrations it runs.
target_link_libraries(lightdash_app INTERFACE lightdash_migrations)
