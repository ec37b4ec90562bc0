# cmake -DCOMPILER=.. -DFLAGS=.. -DLINES=.. -DDIRECTORY=.. -P refused_selftest.cmake
# refused.cmake must notice a file that compiles, a different first error, a message without the right line or type, one that is
# too long, and a file without its expectation.

function(expect verdict text)
  file(WRITE ${DIRECTORY}/probe.cpp "${text}")
  execute_process(COMMAND ${CMAKE_COMMAND} "-DCOMPILER=${COMPILER}" "-DFLAGS=${FLAGS}" -DLINES=${LINES} -DSOURCES=${DIRECTORY}/probe.cpp
                          -P ${CMAKE_CURRENT_LIST_DIR}/refused.cmake
                  RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if((verdict STREQUAL passes AND NOT result EQUAL 0) OR (verdict STREQUAL fails AND result EQUAL 0))
    message(SEND_ERROR "should be `${verdict}`:\n${text}\n${said}")
  endif()
endfunction()

set(wants "// refused: map: takes an element\n")
set(says "static_assert(sizeof(int) == 0, \"map: takes an element\");")
expect(passes "${wants}${says}  // refused here\n")
expect(passes "${wants}// with: sizeof(int)\n${says}  // refused here\n")
expect(fails "${wants}int main() {}  // refused here\n")
expect(fails "${wants}int main() { return undeclared; }  // refused here\n")
expect(fails "${wants}int first = undeclared;\n${says}  // refused here\n")
expect(fails "${wants}${says}\n// refused here\n")
expect(fails "${wants}${says}\n")
expect(fails "${wants}// with: izeof(int)\n${says}  // refused here\n")
expect(fails "${wants}static_assert(sizeof(int) == 0, \"this map: takes an element\");  // refused here\n")
expect(fails "${wants}// with: std::string\n${says}  // refused here\n")
expect(fails "${wants}${says}  // refused here\nint a = b;\nint c = d;\nint e = f;\nint g = h;\n")
expect(fails "${says}  // refused here\n")
