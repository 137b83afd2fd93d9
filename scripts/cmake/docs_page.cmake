# The page at /api/docs is Swagger UI, from npm with its licences: installed here as the lock file says, byte for byte, and compiled in
# (src/app/server/docs/docs_files.cpp). Without it the program is complete but for that page, which then says what to do.
option(LIGHTDASH_DOCS "Compile the page at /api/docs in; needs npm, and a registry or npm's cache, once" ON)
set(docs_source ${CMAKE_SOURCE_DIR}/src/app/server/docs)
set(docs_folder ${CMAKE_BINARY_DIR}/docs_page)
set(docs_package ${docs_folder}/node_modules/swagger-ui-dist)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${docs_source}/package-lock.json)

function(install_docs_page)
  file(SHA256 ${docs_source}/package-lock.json wanted)
  set(stamp ${docs_folder}/installed.txt)
  if(EXISTS ${stamp})
    file(READ ${stamp} installed)
    if(installed STREQUAL wanted)
      return()
    endif()
  endif()
  find_program(LIGHTDASH_NPM npm)
  if(NOT LIGHTDASH_NPM)
    message(WARNING "There is no npm here: the page at /api/docs is left out. scripts/setup --docs installs npm; or say -DLIGHTDASH_DOCS=OFF.")
    return()
  endif()
  file(MAKE_DIRECTORY ${docs_folder})
  file(COPY ${docs_source}/package.json ${docs_source}/package-lock.json DESTINATION ${docs_folder})
  execute_process(
    COMMAND ${LIGHTDASH_NPM} ci --ignore-scripts --no-audit --no-fund --prefer-offline --fetch-retries=1
    WORKING_DIRECTORY ${docs_folder} TIMEOUT 170
    RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(failed)
    message(WARNING "npm could not install Swagger UI: the page at /api/docs is left out. Where the public registry cannot be reached, set "
                    "NPM_CONFIG_REGISTRY to a mirror and configure again; or say -DLIGHTDASH_DOCS=OFF. npm said:\n${said}")
    return()
  endif()
  file(WRITE ${stamp} ${wanted})
endfunction()

# The assembler's files are nothing that a compiler cache knows of: the source stands by itself.
set_source_files_properties(${docs_source}/docs_files.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
if(LIGHTDASH_DOCS)
  install_docs_page()
  if(EXISTS ${docs_folder}/installed.txt)
    set_source_files_properties(${docs_source}/docs_files.cpp PROPERTIES
      COMPILE_DEFINITIONS "LIGHTDASH_DOCS_FILES=\"${docs_package}\""
      OBJECT_DEPENDS ${docs_folder}/installed.txt)
  endif()
endif()
