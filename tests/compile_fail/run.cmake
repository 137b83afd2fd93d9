# cmake -DCOMPILER=clang++ -DSTANDARD=20 -P tests/compile_fail/run.cmake, in the project's folder
# Each .cpp file here says in its comments which errors clang must report, and where; any other error fails too.
# https://clang.llvm.org/docs/InternalsManual.html#verifying-diagnostics
set(arguments -std=c++${STANDARD} -fsyntax-only -ferror-limit=0 -Wno-unused-value -I include
  -Xclang -verify -Xclang -verify-ignore-unexpected=note)

file(GLOB files ${CMAKE_CURRENT_LIST_DIR}/*.cpp)
foreach(file IN LISTS files)
  execute_process(COMMAND ${COMPILER} ${arguments} ${file} RESULT_VARIABLE failed ERROR_VARIABLE said)
  if(failed)
    message(SEND_ERROR "${file} does not fail, or not with these errors:\n${said}")
  endif()
endforeach()

# An error that no comment expects must be found: else the test would pass whatever the files say.
execute_process(COMMAND ${COMPILER} ${arguments} -DUNEXPECTED ${CMAKE_CURRENT_LIST_DIR}/control.cpp
  RESULT_VARIABLE failed ERROR_VARIABLE said)
if(NOT failed OR NOT said MATCHES "no_such_clause")
  message(SEND_ERROR "control.cpp with -DUNEXPECTED should fail because of no_such_clause:\n${said}")
endif()
