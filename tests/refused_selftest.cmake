# cmake -DCOMPILER=.. -DFLAGS=.. -DDIRECTORY=.. -P refused_selftest.cmake
# The check of refused.cmake has to notice a file that compiles, one that is refused for another reason, and one without a sentence.

function(expect verdict text)
  file(WRITE ${DIRECTORY}/probe.cpp "${text}")
  execute_process(COMMAND ${CMAKE_COMMAND} "-DCOMPILER=${COMPILER}" "-DFLAGS=${FLAGS}" -DSOURCE=${DIRECTORY}/probe.cpp
                          -P ${CMAKE_CURRENT_LIST_DIR}/refused.cmake
                  RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if((verdict STREQUAL passes AND NOT result EQUAL 0) OR (verdict STREQUAL fails AND result EQUAL 0))
    message(SEND_ERROR "should be `${verdict}`:\n${text}\n${said}")
  endif()
endfunction()

expect(passes "// refused: map: the function must take an element\nstatic_assert(sizeof(int) == 0, \"map: the function must take an element\")\;\n")
expect(fails "// refused: map: the function must take an element\nint main() {}\n")
expect(fails "// refused: map: the function must take an element\nint main() { return undeclared\; }\n")
expect(fails "static_assert(sizeof(int) == 0, \"map: the function must take an element\")\;\n")
