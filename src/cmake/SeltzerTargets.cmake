# Shared by the project's own targets: warnings, sanitizers, and adding programs.

# Warnings as errors for a target of this project. `cmake --compile-no-warning-as-error` makes them warnings again.
function(seltzer_own_target target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # false positives in the compiler's own headers: AVX-512 (gcc.gnu.org/PR105593) and std::string (PR105651, PR105329)
    target_compile_options(${target} PRIVATE
      -Wno-uninitialized -Wno-maybe-uninitialized -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
  endif()
  set_target_properties(${target} PROPERTIES COMPILE_WARNING_AS_ERROR ON)
endfunction()

# Compiles `target`, and everything that links it in this build, for this machine's processor.
function(seltzer_tune_for_this_machine target)
  include(CheckCXXCompilerFlag)
  check_cxx_compiler_flag(-march=native SELTZER_HAS_MARCH_NATIVE)
  check_cxx_compiler_flag(-mcpu=native SELTZER_HAS_MCPU_NATIVE)
  if(SELTZER_HAS_MARCH_NATIVE)
    target_compile_options(${target} PUBLIC $<BUILD_INTERFACE:-march=native>)
  elseif(SELTZER_HAS_MCPU_NATIVE)
    target_compile_options(${target} PUBLIC $<BUILD_INTERFACE:-mcpu=native>)
  endif()
endfunction()

# Builds `target`, and everything that links it in this build, with the sanitizers; a finding ends the program.
function(seltzer_sanitize target sanitizers)
  set(flags -fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_options(${target} PUBLIC $<BUILD_INTERFACE:${flags}>)
  target_link_options(${target} PUBLIC $<BUILD_INTERFACE:-fsanitize=${sanitizers}>)
endfunction()

# seltzer_add_app(<name> [LIBRARIES <target>...]): build/bin/<name> from <name>.cpp, which compiles with the headers that
# seltzer_app_headers has precompiled, but must still include what it uses.
function(seltzer_add_app name)
  cmake_parse_arguments(PARSE_ARGV 1 app "" "" "LIBRARIES")
  add_executable(${name} ${name}.cpp)
  target_link_libraries(${name} PRIVATE ${seltzer_app_libraries} ${app_LIBRARIES})
  seltzer_own_target(${name})
  if(SELTZER_PRECOMPILE)
    target_precompile_headers(${name} REUSE_FROM seltzer_app_headers)
  endif()
endfunction()
