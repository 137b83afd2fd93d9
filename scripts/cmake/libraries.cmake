# The libraries from Debian's packages, and the heavy ones compiled once each.

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)

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
