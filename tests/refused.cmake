# cmake -DCOMPILER=.. -DFLAGS=.. -DSOURCE=.. -P refused.cmake
# Passes if the compiler refuses SOURCE and says the sentence that SOURCE's first line demands: `// refused: <sentence>`.

file(READ ${SOURCE} text)
if(NOT text MATCHES "^// refused: +([^\n]+)\n")
  message(FATAL_ERROR "${SOURCE}: the first line is not `// refused: <sentence that the compiler must say>`")
endif()
string(STRIP "${CMAKE_MATCH_1}" sentence)

execute_process(COMMAND ${COMPILER} ${FLAGS} -fsyntax-only -fmessage-length=0 ${SOURCE}
                RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(result EQUAL 0)
  message(FATAL_ERROR "${SOURCE}: compiles, and must be refused with: ${sentence}")
endif()
string(FIND "${said}" "${sentence}" found)
if(found EQUAL -1)
  message(FATAL_ERROR "${SOURCE}: is refused, but not with: ${sentence}\nThe compiler (${result}) said:\n${said}")
endif()
