# SPDX-License-Identifier: BSD-2-Clause
# find_package(Hafnon): programs for Hafnon with stock clang. Configure with one of the toolchain
# files beside this one: cmake -B build --toolchain <sdk>/cmake/arm64.cmake
#
#   hafnon_component(NAME SOURCES f... [MANIFEST m] [LIBRARIES l...])
#       an executable NAME in <build>/bin; with a manifest, also <build>/meta/NAME.cml. With LIBRARIES,
#       made by hafnon_library(), it is started through <build>/lib/ld.so.1.
#   hafnon_library(NAME SOURCES f... [LIBRARIES l...])
#       a shared library <build>/lib/libNAME.so. It uses the C library of the program that needs it.
#
# `hafnon image --binaries <build>` packs a component with everything it needs.
if(NOT DEFINED HAFNON_SDK_ARCH)
  message(FATAL_ERROR "Hafnon: no architecture chosen. Configure with --toolchain "
    "${CMAKE_CURRENT_LIST_DIR}/../../../cmake/arm64.cmake or x64.cmake.")
endif()
get_filename_component(HAFNON_LDSO "${CMAKE_CURRENT_LIST_DIR}/../../../${HAFNON_SDK_ARCH}/lib/ld.so.1" ABSOLUTE)

function(hafnon_component name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "MANIFEST" "SOURCES;LIBRARIES")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  if(arg_MANIFEST)
    configure_file(${arg_MANIFEST} ${CMAKE_BINARY_DIR}/meta/${name}.cml COPYONLY)
  endif()
endfunction()

function(hafnon_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  add_library(${name} SHARED ${arg_SOURCES})
  # Public: a program is linked with sight of all its libraries, so that it brings what they use of the
  # C library.
  target_link_libraries(${name} PUBLIC ${arg_LIBRARIES})
  set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
  configure_file(${HAFNON_LDSO} ${CMAKE_BINARY_DIR}/lib/ld.so.1 COPYONLY)
endfunction()
