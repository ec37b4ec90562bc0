# cmake -DSOURCE_DIR=.. -DOUTPUT=.. -DTEMPLATE=.. -DVERSION=.. -DCOMPILER=.. -DFLAGS=.. -DBUILD_TYPE=.. -P write_build_info.cmake
# Writes the generated header with the build info; leaves it untouched if nothing has changed.

set(COMMIT unknown)
find_program(GIT git)
if(GIT)
  # safe.directory: for a checkout that belongs to another user, such as a container's bind mount.
  set(git ${GIT} -c safe.directory=* -C ${SOURCE_DIR})
  execute_process(COMMAND ${git} rev-parse --show-toplevel OUTPUT_VARIABLE top OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  file(REAL_PATH "${SOURCE_DIR}" source)
  if(top STREQUAL source)
    execute_process(COMMAND ${git} rev-parse --short=12 HEAD OUTPUT_VARIABLE hash RESULT_VARIABLE failed
                    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    execute_process(COMMAND ${git} --no-optional-locks status --porcelain OUTPUT_VARIABLE changes ERROR_QUIET)
    if(NOT failed)
      set(COMMIT ${hash})
      if(changes)
        string(APPEND COMMIT -dirty)
      endif()
    endif()
  endif()
endif()

# Warning flags do not change the code, so they are left out.
string(REGEX REPLACE "(^| )-W[^ ,]+" "" FLAGS "${FLAGS}")
string(REGEX REPLACE " +" " " FLAGS "${FLAGS}")
string(STRIP "${FLAGS}" FLAGS)
foreach(fact VERSION COMMIT COMPILER FLAGS BUILD_TYPE)
  string(REGEX REPLACE "([\\\\\"])" "\\\\\\1" ${fact} "${${fact}}")
endforeach()
configure_file(${TEMPLATE} ${OUTPUT} @ONLY)
