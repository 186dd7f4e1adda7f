# SPDX-License-Identifier: BSD-2-Clause
# find_package(Hafnon): programs for Hafnon with stock clang. Configure with one of the toolchain
# files beside this one: cmake -B build --toolchain <sdk>/cmake/arm64.cmake
#
#   hafnon_component(NAME SOURCES f... [MANIFEST m])   an executable NAME in <build>/bin; with a
#                                                      manifest, also <build>/meta/NAME.cml
if(NOT DEFINED HAFNON_SDK_ARCH)
  message(FATAL_ERROR "Hafnon: no architecture chosen. Configure with --toolchain "
    "${CMAKE_CURRENT_LIST_DIR}/../../../cmake/arm64.cmake or x64.cmake.")
endif()

function(hafnon_component name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "MANIFEST" "SOURCES")
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  if(arg_MANIFEST)
    configure_file(${arg_MANIFEST} ${CMAKE_BINARY_DIR}/meta/${name}.cml COPYONLY)
  endif()
endfunction()
