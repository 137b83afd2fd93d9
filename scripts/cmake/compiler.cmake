# The compiler: which one may build this project, and with which flags.

set(LIGHTDASH_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, for example address,undefined")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

# g++ 12 translates ordinary coroutines wrongly: programs that compile crash or destroy twice. Run once per compiler and version.
function(lightdash_refuse_broken_coroutines)
  string(MAKE_C_IDENTIFIER "LIGHTDASH_COROUTINES_${CMAKE_CXX_COMPILER_ID}_${CMAKE_CXX_COMPILER_VERSION}" result)
  if(DEFINED ${result})
    return()
  endif()
  message(STATUS "Checking that ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} translates coroutines correctly")
  try_run(${result} ${result}_COMPILES
    SOURCES ${CMAKE_SOURCE_DIR}/tests/support/coroutine_probe.cpp
    CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON
    COMPILE_OUTPUT_VARIABLE compile_output
    RUN_OUTPUT_VARIABLE broken)
  set(passed FALSE)
  if(${result}_COMPILES AND "${${result}}" STREQUAL "0")
    set(passed TRUE)
  elseif(NOT ${result}_COMPILES)
    set(broken "the probe does not compile:\n${compile_output}")
  endif()
  unset(${result}_COMPILES CACHE)
  if(passed)
    return()
  endif()
  unset(${result} CACHE)
  string(STRIP "${broken}" broken)
  string(REPLACE "\n" "\n  " broken "${broken}")
  message(FATAL_ERROR
    "${CMAKE_CXX_COMPILER} (${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}) cannot build this project: it miscompiles these uses of coroutines:\n  ${broken}\n"
    "Install a compiler that does not (apt-get install clang-19), and configure with a preset in a new folder: cmake --preset dev")
endfunction()
lightdash_refuse_broken_coroutines()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion
                    -Wno-missing-designated-field-initializers # what is left out has its default
                    -Werror=return-type)
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
