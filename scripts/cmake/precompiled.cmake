# Most of a compilation is reading the libraries' headers: they are precompiled once for the layers and once for the tests.
# Never a header of this project, so an edit rebuilds what includes it and nothing else. Each source still includes what it
# uses: LIGHTDASH_PRECOMPILED=OFF and the header check of scripts/check build without.
option(LIGHTDASH_PRECOMPILED "Precompile the headers of the libraries" ON)

# The same code for libraries and programs, so that both can use one precompiled header. What is linked is a PIE as before.
set(CMAKE_CXX_COMPILE_OPTIONS_PIE ${CMAKE_CXX_COMPILE_OPTIONS_PIC})

if(CCACHE_PROGRAM AND LIGHTDASH_PRECOMPILED)
  # Without these ccache takes no compilation that uses a precompiled header (its manual, "Precompiled headers").
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
endif()

# lightdash_precompile(TARGET [HEADER...]): the headers below and these, for TARGET and for whoever reuses them.
function(lightdash_precompile target)
  if(LIGHTDASH_PRECOMPILED)
    target_precompile_headers(${target} PRIVATE
      <algorithm> <array> <chrono> <cstdint> <deque> <exception> <functional> <map> <memory> <optional> <span> <string>
      <string_view> <tuple> <type_traits> <unordered_map> <utility> <variant> <vector>
      <boost/describe.hpp> <boost/mp11/algorithm.hpp> <fmt/format.h> ${ARGN})
  endif()
endfunction()

# Only for code that links Asio: its headers define objects that need it.
function(lightdash_precompile_with_asio target)
  lightdash_precompile(${target} <boost/asio/awaitable.hpp> <boost/asio/cancellation_signal.hpp> <boost/asio/co_spawn.hpp>
    <boost/asio/io_context.hpp> <boost/asio/post.hpp> <boost/asio/use_awaitable.hpp> ${ARGN})
endfunction()

function(lightdash_reuse_precompiled target from)
  if(LIGHTDASH_PRECOMPILED)
    target_precompile_headers(${target} REUSE_FROM ${from})
  endif()
endfunction()
