# How tests are added. tests/CMakeLists.txt calls these functions and nothing else.

# What mpirun needs on this machine: permission to run as root, oversubscription if there are more ranks than cores, and no
# binding, since ranks of concurrent tests would be bound to the same core.
execute_process(COMMAND nproc OUTPUT_VARIABLE seltzer_cores OUTPUT_STRIP_TRAILING_WHITESPACE)
cmake_host_system_information(RESULT physical_cores QUERY NUMBER_OF_PHYSICAL_CORES)
if(NOT seltzer_cores OR physical_cores LESS seltzer_cores)
  set(seltzer_cores ${physical_cores})
endif()
execute_process(COMMAND id -u OUTPUT_VARIABLE user OUTPUT_STRIP_TRAILING_WHITESPACE)
# The cores are shared with other tests: ranks that wait sleep instead of yielding.
add_library(seltzer_waiting_mpi SHARED waiting_mpi.cpp)
seltzer_own_target(seltzer_waiting_mpi)
set(seltzer_test_environment OMPI_MCA_mpi_yield_when_idle=1 LD_PRELOAD=$<TARGET_FILE:seltzer_waiting_mpi>)
if(user STREQUAL "0")
  list(APPEND seltzer_test_environment OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1)
endif()
if(SELTZER_SANITIZE)
  list(APPEND seltzer_test_environment ASAN_OPTIONS=detect_leaks=0:handle_segv=0:verify_asan_link_order=0 UBSAN_OPTIONS=print_stacktrace=1
    TSAN_OPTIONS=ignore_noninstrumented_modules=1:suppressions=${CMAKE_CURRENT_SOURCE_DIR}/tsan.suppressions)
endif()
execute_process(COMMAND ${MPIEXEC_EXECUTABLE} --version OUTPUT_VARIABLE mpiexec_version ERROR_QUIET)

# The headers shared by all tests, precompiled once.
file(CONFIGURE OUTPUT precompiled.cpp CONTENT "// The tests share this object's precompiled headers.\n")
add_library(seltzer_precompiled OBJECT EXCLUDE_FROM_ALL ${CMAKE_CURRENT_BINARY_DIR}/precompiled.cpp)
target_link_libraries(seltzer_precompiled PRIVATE seltzer::seltzer GTest::gtest)
# Tests take longer to compile than to run: -Og halves that. The library and the programs are fully optimized.
set(seltzer_test_options $<$<CONFIG:Release>:-Og>)
target_compile_options(seltzer_precompiled PRIVATE ${seltzer_test_options})
seltzer_own_target(seltzer_precompiled)
target_precompile_headers(seltzer_precompiled PRIVATE
  <algorithm> <cstdint> <functional> <map> <memory> <numeric> <optional> <random> <span> <string> <string_view> <tuple>
  <unordered_map> <utility> <vector> <boost/serialization/map.hpp> <boost/serialization/string.hpp>
  <boost/serialization/vector.hpp> <gtest/gtest.h> <seltzer/seltzer.hpp>)

# Settings of all test targets: sources compile with the shared headers, but must still include what they use.
function(seltzer_compile_as_test target)
  target_link_libraries(${target} PRIVATE
    seltzer::seltzer GTest::gtest Boost::iostreams fmt::fmt nlohmann_json::nlohmann_json xxHash::xxHash)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)  # private headers of the library
  target_compile_options(${target} PRIVATE ${seltzer_test_options})
  seltzer_own_target(${target})
  if(SELTZER_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM seltzer_precompiled)
  endif()
endfunction()

function(seltzer_test_executable target)
  add_executable(${target} ${ARGN})
  seltzer_compile_as_test(${target})
endfunction()

# Objects shared by several executables.
function(seltzer_test_objects target)
  add_library(${target} OBJECT ${ARGN})
  seltzer_compile_as_test(${target})
endfunction()

# Sets `variable` to the start of a command that runs a program on `ranks` ranks.
function(seltzer_mpirun variable ranks seconds)
  set(command ${MPIEXEC_EXECUTABLE})
  if(mpiexec_version MATCHES "Open MPI|OpenRTE")
    list(APPEND command --bind-to none --timeout ${seconds})
    if(ranks GREATER seltzer_cores)
      list(APPEND command --oversubscribe)
    endif()
  endif()
  list(APPEND command ${MPIEXEC_NUMPROC_FLAG} ${ranks})
  set(${variable} ${command} PARENT_SCOPE)
endfunction()

# One ctest: NAME runs COMMAND on RANKS ranks (0: without mpirun), killed after TIMEOUT seconds.
function(seltzer_register_test)
  cmake_parse_arguments(PARSE_ARGV 0 test "" "NAME;RANKS;TIMEOUT" "COMMAND;LABELS;ENVIRONMENT")
  set(processors 1)
  if(test_RANKS GREATER 0)
    # mpirun's timeout comes first: it prints a message and leaves no ranks
    math(EXPR seconds "${test_TIMEOUT} - 5")
    seltzer_mpirun(launcher ${test_RANKS} ${seconds})
    list(PREPEND test_COMMAND ${launcher})
    list(APPEND test_LABELS ranks${test_RANKS})
    set(processors ${test_RANKS})
  endif()
  add_test(NAME ${test_NAME} COMMAND ${test_COMMAND})
  set_tests_properties(${test_NAME} PROPERTIES
    TIMEOUT ${test_TIMEOUT} PROCESSORS ${processors} LABELS "${test_LABELS}"
    ENVIRONMENT "${seltzer_test_environment};${test_ENVIRONMENT}"
    FAIL_REGULAR_EXPRESSION "Running 0 tests")
endfunction()

# Sets `variable` to a GoogleTest filter for the given suites; by default that named like the file, pair_rdd -> PairRDD.
function(seltzer_suite_patterns variable name)
  set(suites ${ARGN})
  if(NOT suites)
    string(REPLACE "_" ";" words ${name})
    foreach(word IN LISTS words)
      string(SUBSTRING ${word} 0 1 head)
      string(SUBSTRING ${word} 1 -1 tail)
      string(TOUPPER ${head} head)
      string(APPEND suites ${head}${tail})
    endforeach()
    string(REGEX REPLACE "Rdd" "RDD" suites ${suites})
  endif()
  set(patterns "")
  foreach(suite IN LISTS suites)
    list(APPEND patterns ${suite}.* ${suite}/* */${suite}.* */${suite}/*)
  endforeach()
  list(JOIN patterns ":" patterns)
  set(${variable} ${patterns} PARENT_SCOPE)
endfunction()

# seltzer_add_test(<name> [SUITES <suite>...] [RANKS <n>...] [TIMEOUT <seconds>] [OPTIONS <option of the engine>...])
# <name>_test.cpp joins seltzer_tests, whose main runs GoogleTest as the driver function on rank 0. Its suites, by
# default the one named like the file, run on 1, 2, 3 and 5 ranks, as ctest <name>.ranks<n>. On 3 ranks they also run
# as <name>.ranks3.limits: with messages split at 300 bytes, the least memory, and everything that can be spilled
# spilled at every third request for memory. One rank runs without a launcher. Progress reports are off, since they
# depend on the machine's speed and tests count traffic.
function(seltzer_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "TIMEOUT" "SUITES;RANKS;OPTIONS")
  if(NOT test_RANKS)
    set(test_RANKS 1 2 3 5)
  endif()
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT ${seltzer_test_timeout})
  endif()
  if(NOT TARGET seltzer_tests)
    seltzer_test_executable(seltzer_tests ${seltzer_tests_main})
  endif()
  target_sources(seltzer_tests PRIVATE ${name}_test.cpp)
  seltzer_suite_patterns(patterns ${name} ${test_SUITES})
  set_property(TARGET seltzer_tests APPEND PROPERTY SELTZER_PATTERNS ${patterns})
  set(command COMMAND $<TARGET_FILE:seltzer_tests> --gtest_filter=${patterns} ${test_OPTIONS})
  foreach(ranks IN LISTS test_RANKS)
    set(launched ${ranks})
    set(labels unlimited)
    if(ranks EQUAL 1)
      set(launched 0)
      list(APPEND labels ranks1)
    endif()
    seltzer_register_test(NAME ${name}.ranks${ranks} RANKS ${launched} TIMEOUT ${test_TIMEOUT} LABELS ${labels}
      ENVIRONMENT SELTZER_PROGRESS=off ${command})
  endforeach()
  if(3 IN_LIST test_RANKS)
    seltzer_register_test(NAME ${name}.ranks3.limits RANKS 3 TIMEOUT ${test_TIMEOUT} LABELS limits
      ENVIRONMENT SELTZER_PROGRESS=off ${command} --seltzer-message-limit=300
      --seltzer-memory=1MiB --seltzer-spill-every=3)
  endif()
endfunction()

# Call it after the last seltzer_add_test. Adds a test that each suite of seltzer_tests belongs to a seltzer_add_test.
function(seltzer_finish_tests)
  if(TARGET seltzer_tests)
    get_target_property(patterns seltzer_tests SELTZER_PATTERNS)
    list(JOIN patterns ":" patterns)
    seltzer_register_test(NAME suites.listed RANKS 0 TIMEOUT 60 LABELS build
      COMMAND $<TARGET_FILE:seltzer_tests> --gtest_list_tests --gtest_filter=*-${patterns})
    set_tests_properties(suites.listed PROPERTIES FAIL_REGULAR_EXPRESSION "(^|\n)[A-Za-z_/0-9]+\\.")
  endif()
endfunction()

# seltzer_add_spmd_test(<name> [SOURCES <file>...] [RANKS <n>...]): <name>_test.cpp, with a main of its own, runs
# GoogleTest on every rank; a failure on one rank ends all. It runs on 1, 2, 3 and 5 ranks, or those given, each time
# also with messages split at 300 bytes: ctests <name>.ranks<n> and <name>.ranks<n>.limit300.
function(seltzer_add_spmd_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "" "SOURCES;RANKS")
  if(NOT test_RANKS)
    set(test_RANKS 1 2 3 5)
  endif()
  seltzer_test_executable(${name}_test ${name}_test.cpp ${test_SOURCES})
  set(environment GTEST_THROW_ON_FAILURE=1 GTEST_CATCH_EXCEPTIONS=0)
  foreach(ranks IN LISTS test_RANKS)
    seltzer_register_test(NAME ${name}.ranks${ranks} RANKS ${ranks} TIMEOUT ${seltzer_test_timeout} LABELS unlimited
      ENVIRONMENT ${environment} COMMAND $<TARGET_FILE:${name}_test>)
    seltzer_register_test(NAME ${name}.ranks${ranks}.limit300 RANKS ${ranks} TIMEOUT ${seltzer_test_timeout} LABELS limits
      ENVIRONMENT ${environment} COMMAND $<TARGET_FILE:${name}_test> --message-limit=300)
  endforeach()
endfunction()

# seltzer_add_pure_test(<name> [SOURCES <file>...] [LIBRARIES <target>...]): <name>_test.cpp needs no MPI and no main.
function(seltzer_add_pure_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "" "SOURCES;LIBRARIES")
  seltzer_test_executable(${name}_test ${name}_test.cpp ${test_SOURCES})
  target_link_libraries(${name}_test PRIVATE GTest::gtest_main ${test_LIBRARIES})
  seltzer_register_test(NAME ${name} RANKS 0 TIMEOUT ${seltzer_test_timeout} LABELS pure COMMAND $<TARGET_FILE:${name}_test>)
endfunction()

# seltzer_add_failure_test(<name> [PROGRAMS <program>...]): <name>_test.cpp itself starts mpirun on programs that fail. Each
# program is built from tests/<program>.cpp, and its path is the macro SELTZER_PROGRAM_<PROGRAM>. SELTZER_MPIRUN is the start of
# a shell command; append `-n 3 program`.
function(seltzer_add_failure_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "" "PROGRAMS")
  seltzer_test_executable(${name}_test ${name}_test.cpp)
  target_link_libraries(${name}_test PRIVATE GTest::gtest_main)
  seltzer_mpirun(mpirun 9999 60)
  list(REMOVE_AT mpirun -1 -2)
  list(JOIN mpirun " " mpirun)
  set_target_properties(${name}_test PROPERTIES DISABLE_PRECOMPILE_HEADERS ON)
  target_compile_definitions(${name}_test PRIVATE MPIEXEC_EXECUTABLE="${MPIEXEC_EXECUTABLE}" SELTZER_MPIRUN="${mpirun}")
  foreach(program IN LISTS test_PROGRAMS)
    seltzer_test_executable(${program} ${program}.cpp)
    add_dependencies(${name}_test ${program})
    string(TOUPPER ${program} macro)
    target_compile_definitions(${name}_test PRIVATE SELTZER_PROGRAM_${macro}="$<TARGET_FILE:${program}>")
  endforeach()
  seltzer_register_test(NAME ${name} RANKS 0 TIMEOUT 300 LABELS failure COMMAND $<TARGET_FILE:${name}_test>)
  # long and mostly waiting, so it starts first
  set_tests_properties(${name} PROPERTIES COST 1000)
endfunction()

# seltzer_add_program_test(<name> [PROGRAMS <target>...]): calls <name>.sh with the start of an mpirun command, to which it
# appends `-n 3 program`, and the paths of the programs.
function(seltzer_add_program_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "" "PROGRAMS")
  seltzer_mpirun(mpirun 9999 100)
  list(REMOVE_AT mpirun -1 -2)
  list(JOIN mpirun " " mpirun)
  list(TRANSFORM test_PROGRAMS REPLACE "(.+)" "$<TARGET_FILE:\\1>")
  seltzer_register_test(NAME ${name} RANKS 0 TIMEOUT ${seltzer_test_timeout} LABELS program
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/${name}.sh ${mpirun} ${test_PROGRAMS})
  set_tests_properties(${name} PROPERTIES PROCESSORS 2)
endfunction()

# No file in tests/refused may compile, and the errors must be as refused.cmake requires: with this build's compiler, and also
# with clang++ 14 if it is installed.
function(seltzer_add_refused_tests)
  file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/refused/flags CONTENT "-std=c++20
-I$<JOIN:$<REMOVE_DUPLICATES:$<TARGET_PROPERTY:seltzer_precompiled,INCLUDE_DIRECTORIES>>,\n-I>
-D$<JOIN:$<REMOVE_DUPLICATES:$<TARGET_PROPERTY:seltzer_precompiled,COMPILE_DEFINITIONS>>,\n-D>
")
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    seltzer_add_refused_tests_with(clang ${CMAKE_CXX_COMPILER})
    return()
  endif()
  seltzer_add_refused_tests_with(gnu ${CMAKE_CXX_COMPILER})
  find_program(SELTZER_CLANG clang++-14)
  if(SELTZER_CLANG)
    seltzer_add_refused_tests_with(clang ${SELTZER_CLANG})
  else()
    message(STATUS "clang++-14 is not installed: its error messages are not tested")
  endif()
endfunction()

# The same with one compiler, of kind gnu or clang: ten files per ctest, on precompiled headers, which take most of the time.
function(seltzer_add_refused_tests_with kind compiler)
  set(flags @${CMAKE_CURRENT_BINARY_DIR}/refused/flags)
  set(tree ${CMAKE_CURRENT_BINARY_DIR}/refused/${kind})
  configure_file(${PROJECT_SOURCE_DIR}/include/seltzer/seltzer.hpp ${tree}/seltzer/seltzer.hpp COPYONLY)
  if(kind STREQUAL clang)
    set(precompiled ${tree}/seltzer.pch)
    set(use "-include-pch ${precompiled}")
    set(lines 12)
  else()
    set(precompiled ${tree}/seltzer/seltzer.hpp.gch)
    set(use "-I${tree} -include seltzer/seltzer.hpp")
    set(lines 11)  # plus the user's own `#include`, which g++ does not report if that is precompiled
  endif()
  set(check ${CMAKE_COMMAND} -DCOMPILER=${compiler} "-DFLAGS=${use} ${flags}" -DLINES=${lines})
  add_test(NAME refused.${kind}.headers
           COMMAND ${compiler} ${flags} -w -x c++-header ${tree}/seltzer/seltzer.hpp -o ${precompiled})
  set_tests_properties(refused.${kind}.headers PROPERTIES FIXTURES_SETUP refused_${kind})
  add_test(NAME refused.${kind}.selftest
           COMMAND ${check} -DDIRECTORY=${tree} -P ${CMAKE_CURRENT_SOURCE_DIR}/refused_selftest.cmake)
  set(tests refused.${kind}.selftest)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/refused/*.cpp)
  while(sources)
    list(SUBLIST sources 0 10 some)
    list(REMOVE_ITEM sources ${some})
    string(REGEX REPLACE "^.*/([^/]*)\\.cpp$" "\\1" last "${some}")
    add_test(NAME refused.${kind}.to_${last} COMMAND ${check} "-DSOURCES=${some}" -P ${CMAKE_CURRENT_SOURCE_DIR}/refused.cmake)
    list(APPEND tests refused.${kind}.to_${last})
  endwhile()
  set_tests_properties(${tests} PROPERTIES FIXTURES_REQUIRED refused_${kind})
  set_tests_properties(${tests} refused.${kind}.headers PROPERTIES LABELS refused TIMEOUT 300)
endfunction()

# libFuzzer on the wire format, if clang++ 14 is installed.
function(seltzer_add_fuzz_test)
  find_program(SELTZER_CLANG clang++-14)
  if(SELTZER_CLANG)
    add_test(NAME wire_fuzz COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/wire_fuzz.sh ${SELTZER_CLANG} ${CMAKE_CURRENT_BINARY_DIR}/refused/flags
             ${CMAKE_CURRENT_SOURCE_DIR}/wire_fuzz.cpp ${PROJECT_SOURCE_DIR}/src/data/wire_error.cpp
             ${PROJECT_SOURCE_DIR}/src/data/wire_writer.cpp ${PROJECT_SOURCE_DIR}/src/data/huge_pages.cpp -lfmt)
    set_tests_properties(wire_fuzz PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300 LABELS pure)
  endif()
endfunction()

# Suites and digest under another MPI, which needs the network.
function(seltzer_add_openmpi5_test)
  if(NOT SELTZER_SANITIZE)
    add_test(NAME openmpi5 COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/openmpi5.sh $<TARGET_FILE:seltzer_tests> $<TARGET_FILE:net_test>
      $<TARGET_FILE:digest_program>)
    set_tests_properties(openmpi5 PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600 PROCESSORS 2 LABELS ranks2)
  endif()
endfunction()

# Checks of the source tree: layers, public names and those of Spark, complete file lists, valid links and quotations in the documents; and a
# small project that uses an installed Seltzer.
function(seltzer_add_build_tests)
  add_test(NAME layers COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/layers.sh ${PROJECT_SOURCE_DIR})
  add_test(NAME layers.selftest COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/layers_selftest.sh)
  add_test(NAME sources.listed COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/listed.sh ${PROJECT_SOURCE_DIR})
  add_test(NAME docs.links COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/links.py ${PROJECT_SOURCE_DIR})
  add_test(NAME docs.quotes COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/quotes.py ${PROJECT_SOURCE_DIR})
  add_test(NAME names COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/public_names.py ${PROJECT_SOURCE_DIR})
  add_test(NAME names.spark COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/spark_names.py ${PROJECT_SOURCE_DIR})
  add_test(NAME names.spark.selftest COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/spark_names_test.py)
  set_tests_properties(layers layers.selftest names names.spark names.spark.selftest sources.listed docs.links docs.quotes
                       PROPERTIES LABELS build TIMEOUT 60)

  set(flags ${CMAKE_CXX_FLAGS})
  if(SELTZER_SANITIZE)
    string(APPEND flags " -fsanitize=${SELTZER_SANITIZE}")
  endif()
  seltzer_mpirun(mpirun 9999 100)
  list(REMOVE_AT mpirun -1 -2)
  list(JOIN mpirun " " mpirun)
  seltzer_register_test(NAME consumer RANKS 0 TIMEOUT 300 LABELS build
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/consumer.sh ${mpirun} ${CMAKE_CURRENT_BINARY_DIR}/consumer ${CMAKE_COMMAND} ${PROJECT_BINARY_DIR}
            ${CMAKE_CXX_COMPILER} ${CMAKE_BUILD_TYPE} "${flags}")
endfunction()
