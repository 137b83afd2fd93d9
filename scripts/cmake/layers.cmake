# lightdash_layer(NAME [USES layer...] [LIBRARIES target...])
#
# One static library per layer: lightdash_NAME, from src/NAME/**.cpp with the public headers of include/lightdash/NAME.
# USES names the layers below it; nothing else is reachable, so a forbidden include does not link.
#
# With LIGHTDASH_UNITY the sources of a layer are compiled a dozen at a time: a third of the time for everything, and longer for one edit.
# Names in anonymous namespaces then meet; two that are equal are often one helper that was written twice.
option(LIGHTDASH_UNITY "Compile the sources of a layer a dozen at a time" OFF)
set(LIGHTDASH_UNITY_BATCH 12 CACHE STRING "How many at a time; 0, a layer whole: what compiles so compiles in any batches")

function(lightdash_layer name)
  cmake_parse_arguments(LAYER "" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/include/lightdash/${name}/*.hpp)
  if(sources)
    set(scope PUBLIC)
    add_library(lightdash_${name} STATIC ${sources})
    target_include_directories(lightdash_${name} PRIVATE ${CMAKE_SOURCE_DIR}/src)
    set_target_properties(lightdash_${name} PROPERTIES UNITY_BUILD ${LIGHTDASH_UNITY} UNITY_BUILD_BATCH_SIZE ${LIGHTDASH_UNITY_BATCH})
    if(LAYER_USES)
      lightdash_reuse_precompiled(lightdash_${name} lightdash_separate)
    else() # the lowest does not link Asio
      lightdash_precompile(lightdash_${name})
    endif()
  else()
    set(scope INTERFACE)
    add_library(lightdash_${name} INTERFACE)
  endif()
  target_sources(lightdash_${name} ${scope}
    FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR}/include FILES ${headers})
  set_target_properties(lightdash_${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  list(TRANSFORM LAYER_USES PREPEND lightdash_)
  target_link_libraries(lightdash_${name} ${scope} ${LAYER_USES} ${LAYER_LIBRARIES})
endfunction()
