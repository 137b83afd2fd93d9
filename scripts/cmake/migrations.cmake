# migrations/*.sql are embedded as text, migrations/*.cpp compiled; one generated function lists them all, so a new file is in the
# next build with no other edit. Names and numbers come from the file names.
file(GLOB migration_sql CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/migrations/*.sql)
file(GLOB migration_cpp CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/migrations/*.cpp)
list(FILTER migration_sql EXCLUDE REGEX "/[.#][^/]*$") # hidden files and those of editors
list(FILTER migration_cpp EXCLUDE REGEX "/[.#][^/]*$")
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
    # A change of data has no statements to hash: its file stands for it.
    file(SHA256 ${path} checksum)
    set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
    set_source_files_properties(${path} PROPERTIES COMPILE_DEFINITIONS
      "LIGHTDASH_MIGRATION_FUNCTION=${function};LIGHTDASH_MIGRATION_FILE=\"migrations/${file}\";LIGHTDASH_MIGRATION_CHECKSUM=\"${checksum}\"")
    list(APPEND migration_sources ${path})
  else()
    add_custom_command(
      OUTPUT ${migration_dir}/${file}.cpp
      COMMAND ${CMAKE_COMMAND} -DSQL=${path} -DFILE=migrations/${file} -DFUNCTION=${function} -DKIND=migration
              -DOUTPUT=${migration_dir}/${file}.cpp -P ${CMAKE_SOURCE_DIR}/scripts/cmake/embed_sql.cmake
      DEPENDS ${path} ${CMAKE_SOURCE_DIR}/scripts/cmake/embed_sql.cmake
      COMMENT "Embedding migrations/${file}"
      VERBATIM)
    list(APPEND migration_sources ${migration_dir}/${file}.cpp)
  endif()
endforeach()

# migrations/seeds/*.sql and *.cpp likewise, by number; files in C++ are run first.
file(GLOB seed_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/migrations/seeds/*.sql ${CMAKE_SOURCE_DIR}/migrations/seeds/*.cpp)
list(FILTER seed_files EXCLUDE REGEX "/[.#][^/]*$")
list(SORT seed_files COMPARE NATURAL)
set(seed_declarations "")
set(seed_additions "")
set(code_seed_additions "")
foreach(path IN LISTS seed_files)
  cmake_path(GET path FILENAME file)
  if(NOT file MATCHES "^([0-9]+_[a-z0-9_]+)\\.(sql|cpp)$")
    message(FATAL_ERROR "migrations/seeds/${file}: name it like 003_more_charts.sql (digits, then lower-case words with underscores).")
  endif()
  set(function seed_${CMAKE_MATCH_1})
  if(CMAKE_MATCH_2 STREQUAL "cpp")
    string(APPEND seed_declarations "lightdash::migrate::code_seed ${function}();\n")
    string(APPEND code_seed_additions "    made.push_back(${function}());\n")
    set_source_files_properties(${path} PROPERTIES COMPILE_DEFINITIONS
      "LIGHTDASH_SEED_FUNCTION=${function};LIGHTDASH_SEED_NAME=\"${CMAKE_MATCH_1}\"")
    list(APPEND migration_sources ${path})
    continue()
  endif()
  string(APPEND seed_declarations "lightdash::migrate::seed_file ${function}();\n")
  string(APPEND seed_additions "    made.push_back(${function}());\n")
  add_custom_command(
    OUTPUT ${migration_dir}/seed_${file}.cpp
    COMMAND ${CMAKE_COMMAND} -DSQL=${path} -DFILE=migrations/seeds/${file} -DFUNCTION=${function} -DKIND=seed
            -DOUTPUT=${migration_dir}/seed_${file}.cpp -P ${CMAKE_SOURCE_DIR}/scripts/cmake/embed_sql.cmake
    DEPENDS ${path} ${CMAKE_SOURCE_DIR}/scripts/cmake/embed_sql.cmake
    COMMENT "Embedding migrations/seeds/${file}"
    VERBATIM)
  list(APPEND migration_sources ${migration_dir}/seed_${file}.cpp)
endforeach()

file(CONFIGURE OUTPUT ${migration_dir}/registry.cpp @ONLY CONTENT
[[#include "lightdash/migrate/code_seed.hpp"
#include "lightdash/migrate/migration.hpp"
#include "lightdash/migrate/seed_file.hpp"

@migration_declarations@
@seed_declarations@
lightdash::migrate::registry lightdash::migrate::registry::compiled_in()
{
    registry made{"@PROJECT_VERSION@"};
@migration_additions@    return made;
}

std::vector<lightdash::migrate::seed_file> lightdash::migrate::compiled_in_seeds()
{
    std::vector<seed_file> made;
@seed_additions@    return made;
}

std::vector<lightdash::migrate::code_seed> lightdash::migrate::compiled_in_code_seeds()
{
    std::vector<code_seed> made;
@code_seed_additions@    return made;
}
]])

add_library(lightdash_migrations STATIC ${migration_sources} ${migration_dir}/registry.cpp)
lightdash_reuse_precompiled(lightdash_migrations lightdash_separate)
target_link_libraries(lightdash_migrations PUBLIC lightdash_migrate)
# Whoever uses the application layer gets the migrations it runs.
target_link_libraries(lightdash_app INTERFACE lightdash_migrations)
