# The compiler: which one may build this project, and with which flags.

set(LIGHTDASH_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, for example address,undefined")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror=return-type)
add_compile_options(-fstack-protector-strong -fcf-protection -fno-omit-frame-pointer)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_definitions(_FORTIFY_SOURCE=2)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_link_options(-Wl,-z,relro -Wl,-z,now)
find_program(LIGHTDASH_LLD ld.lld-19)
if(LIGHTDASH_LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_link_options(--ld-path=${LIGHTDASH_LLD})
endif()

if(LIGHTDASH_SANITIZE)
  add_compile_options(-fsanitize=${LIGHTDASH_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${LIGHTDASH_SANITIZE})
endif()
