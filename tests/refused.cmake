# cmake -DCOMPILER=.. -DFLAGS=.. -DLINES=.. -DSOURCES=.. -P refused.cmake
# Passes if the compiler rejects each of SOURCES with a readable message:
# - the first error is a static assertion that begins with the text of the source's first line, `// refused: <beginning of the sentence>`,
# - the message names the line of the source that ends in `// refused here`,
# - and, as a word, the type of the source's line `// with: <type>`, if there is one,
# - the whole output has at most LINES lines, or as many as the source's line `// lines: <n>` says: inside a function of the user, the
#   compiler lists how it was called.

separate_arguments(FLAGS UNIX_COMMAND "${FLAGS}")

function(check source)
  file(READ ${source} text)
  if(NOT text MATCHES "^// refused: +([^\n]+)\n")
    message(SEND_ERROR "${source}: the first line is not `// refused: <sentence that the compiler must say>`")
    return()
  endif()
  string(STRIP "${CMAKE_MATCH_1}" sentence)
  if(NOT text MATCHES "^(.*)// refused here\n")
    message(SEND_ERROR "${source}: no line ends in `// refused here`")
    return()
  endif()
  string(REGEX MATCHALL "\n" lines "${CMAKE_MATCH_1}")
  list(LENGTH lines line)
  math(EXPR line "${line} + 1")
  set(type "")
  if(text MATCHES "\n// with: +([^\n]+)\n")
    set(type "${CMAKE_MATCH_1}")
  endif()

  set(most ${LINES})
  if(text MATCHES "\n// lines: +([0-9]+)\n")
    set(most ${CMAKE_MATCH_1})
  endif()

  execute_process(COMMAND ${COMPILER} ${FLAGS} -fsyntax-only -fmessage-length=0 ${source}
                  RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(result EQUAL 0)
    message(SEND_ERROR "${source}: compiles, but must be refused with: ${sentence}")
    return()
  endif()
  set(faults "")
  string(REGEX MATCH "[^\n]*error:[^\n]*" first "${said}")
  string(FIND "${first}" "failed: ${sentence}" asGnuSays)
  string(FIND "${first}" "\"${sentence}" asClangSays)
  if(asGnuSays EQUAL -1 AND asClangSays EQUAL -1)
    string(APPEND faults "  the first error is not: ${sentence}\n")
  endif()
  cmake_path(GET source FILENAME name)
  string(FIND "${said}" "${name}:${line}:" found)
  if(found EQUAL -1)
    string(APPEND faults "  line ${line} of the source is not named\n")
  endif()
  string(REGEX REPLACE "([][+.*()^$?|\\])" "\\\\\\1" pattern "${type}")
  if(type AND NOT said MATCHES "(^|[^A-Za-z0-9_])${pattern}([^A-Za-z0-9_]|$)")
    string(APPEND faults "  ${type} is not named\n")
  endif()
  string(REGEX MATCHALL "\n" lines "${said}")
  list(LENGTH lines count)
  if(count GREATER most)
    string(APPEND faults "  ${count} lines, more than ${most}\n")
  endif()
  if(faults)
    message(SEND_ERROR "${source}:\n${faults}The compiler (${result}) said:\n${said}")
  endif()
endfunction()

foreach(source IN LISTS SOURCES)
  check(${source})
endforeach()
