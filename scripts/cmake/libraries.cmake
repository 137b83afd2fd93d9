# The libraries from Debian's packages, and the heavy ones compiled once each.

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(CURL REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)

# PostgreSQL's parser. The static library: a server needs no package more.
find_library(PG_QUERY_LIBRARY NAMES libpg_query.a pg_query REQUIRED)
find_path(PG_QUERY_INCLUDE_DIR pg_query.h REQUIRED)
add_library(pg_query UNKNOWN IMPORTED)
set_target_properties(pg_query PROPERTIES
  IMPORTED_LOCATION ${PG_QUERY_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${PG_QUERY_INCLUDE_DIR})

# Asio, Beast and JSON: every other translation unit sees declarations only.
add_library(lightdash_separate STATIC
  src/separate/boost_asio.cpp
  src/separate/boost_beast.cpp
  src/separate/boost_json.cpp)
target_compile_definitions(lightdash_separate PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED
  BOOST_BEAST_SEPARATE_COMPILATION)
target_compile_options(lightdash_separate PRIVATE -w)
target_link_libraries(lightdash_separate PUBLIC Boost::headers Threads::Threads fmt::fmt)
lightdash_precompile_with_asio(lightdash_separate)
