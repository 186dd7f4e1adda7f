# SPDX-License-Identifier: BSD-2-Clause
# Installs the SDK and builds a component outside of the tree with it, for each architecture:
#   cmake -DBUILD=<build> -DWORK=<dir> -DSOURCE=<blink> -DREADELF=<llvm-readelf> -P run.cmake
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "failed: ${ARGV}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --component sdk --prefix ${WORK}/sdk)
# Under its real name the list would be part of this tree's build.
file(COPY ${SOURCE}/ DESTINATION ${WORK}/source)
file(RENAME ${WORK}/source/CMakeLists.component ${WORK}/source/CMakeLists.txt)
foreach(arch arm64 x64)
  run(${CMAKE_COMMAND} -S ${WORK}/source -B ${WORK}/${arch} -G Ninja --toolchain ${WORK}/sdk/cmake/${arch}.cmake)
  run(${CMAKE_COMMAND} --build ${WORK}/${arch})
  run(${READELF} -dl ${WORK}/${arch}/bin/blink)
  # The vDSO is all a program may need.
  string(REGEX MATCHALL "\\(NEEDED\\)[^\n]*" needed "${output}")
  if(NOT needed MATCHES "^\\(NEEDED\\) +Shared library: \\[libzircon.so\\]$")
    message(FATAL_ERROR "${arch}: unexpected needs: ${needed}")
  endif()
  if(NOT output MATCHES "GNU_STACK .* 0x040000 ")
    message(FATAL_ERROR "${arch}: no stack size in\n${output}")
  endif()
  if(NOT EXISTS ${WORK}/${arch}/meta/blink.cml)
    message(FATAL_ERROR "${arch}: the manifest was not copied")
  endif()
endforeach()
