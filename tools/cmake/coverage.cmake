# SPDX-License-Identifier: BSD-2-Clause
# What `hafnon coverage` runs and reads, in builds with HAFNON_COVERAGE: <build>/coverage.tests names the
# tests that run code of kernel/, <build>/coverage.programs the files that say which lines it has. The
# target tests-counted builds both.
add_custom_target(tests-counted)

function(hafnon_counted_test name)
  set_property(GLOBAL APPEND PROPERTY HAFNON_COUNTED_TESTS ${name})
endfunction()

function(hafnon_counted_program file)
  set_property(GLOBAL APPEND PROPERTY HAFNON_COUNTED_PROGRAMS ${file})
endfunction()

# Host tests that link a part of the kernel.
function(hafnon_counted_host_test name)
  foreach(object ${ARGN})
    get_target_property(folder ${object}.host SOURCE_DIR)
    if(folder MATCHES "^${CMAKE_SOURCE_DIR}/kernel(/|$)")
      hafnon_counted_test(${name})
      hafnon_counted_program($<TARGET_FILE:${name}>)
      add_dependencies(tests-counted ${name})
      return()
    endif()
  endforeach()
endfunction()

function(hafnon_write_counted)
  foreach(kind tests programs)
    string(TOUPPER HAFNON_COUNTED_${kind} property)
    get_property(entries GLOBAL PROPERTY ${property})
    file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/coverage.${kind} CONTENT "$<JOIN:${entries},\n>\n")
  endforeach()
endfunction()
if(HAFNON_COVERAGE)
  cmake_language(DEFER DIRECTORY ${CMAKE_SOURCE_DIR} CALL hafnon_write_counted)
endif()
