# SPDX-License-Identifier: BSD-2-Clause
# Programs for Hafnon.
#
#   hafnon_component(NAME SOURCES f...)   a component, which sees nothing but the SDK:
#                                         components/<arch>/bin/NAME, target component.NAME
#   hafnon_program(NAME ...)              the general form, see below
#
# Both build for every architecture with the stock Fuchsia triples and link what the stock driver
# would, by hand, because the driver insists on libraries that nobody packages for these triples.

foreach(arch ${HAFNON_ARCHES})
  add_library(domain.program-${arch} INTERFACE)
  target_compile_options(domain.program-${arch} INTERFACE
    --target=${HAFNON_TRIPLE_${arch}} ${HAFNON_WARNINGS} ${HAFNON_DEBUG_INFO} ${HAFNON_OPTIMISE}
    "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=" -fno-omit-frame-pointer -fvisibility=hidden
    -ffunction-sections -fdata-sections -ftrivial-auto-var-init=zero -nostdlibinc
    "$<$<COMPILE_LANGUAGE:CXX>:-nostdinc++;-fno-exceptions;-fno-rtti>"
    "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-isystem ${CMAKE_SOURCE_DIR}/lib/freestanding/site>"
    "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-isystem ${HAFNON_LLVM_LIBCXX}>"
    "SHELL:-isystem ${CMAKE_SOURCE_DIR}/lib/freestanding/include"
    "SHELL:-isystem ${CMAKE_SOURCE_DIR}/sdk/abi"
    "SHELL:-isystem ${CMAKE_SOURCE_DIR}/sdk/zx/include"
    "SHELL:-isystem ${CMAKE_SOURCE_DIR}/sdk/rt/include")
endforeach()

# hafnon_program(NAME DIRECTORY d SOURCES f... [INCLUDES i...] [OPTIONS o...] [SOURCES_<arch> f...]
#                [SUPPORT name...] [OBJECTS_OF program...])
# makes <build>/<d>/<arch>/bin/NAME, stripped, and NAME.debug beside it, for each architecture; the
# targets are program.d.NAME.<arch>. OBJECTS_OF brings what other programs of the folder are made of.
function(hafnon_program name)
  # What clang's driver passes for these triples. No dynamic linker is named: the start-up code
  # resolves the vDSO's functions itself.
  set(link -z max-page-size=4096 -z now -z rodynamic -z separate-loadable-segments -z rel
    --pack-dyn-relocs=relr -z start-stop-visibility=hidden -pie --no-dynamic-linker --build-id
    --hash-style=gnu --eh-frame-hdr --gc-sections -z stack-size=262144 -e _start)
  set(link_arm64 -m aarch64elf --execute-only --fix-cortex-a53-843419)
  set(link_x64 -m elf_x86_64)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "DIRECTORY" "SOURCES;INCLUDES;OPTIONS;SUPPORT;OBJECTS_OF;SOURCES_arm64;SOURCES_x64")
  foreach(arch ${HAFNON_ARCHES})
    set(objects program_objects.${arg_DIRECTORY}.${name}.${arch})
    add_library(${objects} OBJECT ${arg_SOURCES} ${arg_SOURCES_${arch}})
    target_link_libraries(${objects} PRIVATE domain.program-${arch})
    target_include_directories(${objects} PRIVATE ${arg_INCLUDES})
    target_compile_options(${objects} PRIVATE ${arg_OPTIONS})
    hafnon_unity(${objects})

    set(directory ${CMAKE_BINARY_DIR}/${arg_DIRECTORY}/${arch}/bin)
    file(MAKE_DIRECTORY ${directory})
    set(support "")
    foreach(library ${arg_SUPPORT})
      list(APPEND support $<TARGET_OBJECTS:program_support.${library}.${arch}>)
      target_include_directories(${objects} PRIVATE
        $<TARGET_PROPERTY:program_support.${library}.${arch},INTERFACE_INCLUDE_DIRECTORIES>)
    endforeach()
    foreach(program ${arg_OBJECTS_OF})
      list(APPEND support $<TARGET_OBJECTS:program_objects.${arg_DIRECTORY}.${program}.${arch}>)
    endforeach()
    if(NOT arg_OPTIONS)
      hafnon_precompile(${objects} program-${arch})
    endif()
    set(inputs ${HAFNON_CRT_${arch}} $<TARGET_OBJECTS:${objects}> ${support} ${HAFNON_RT_${arch}} ${HAFNON_VDSO_${arch}})
    add_custom_command(OUTPUT ${directory}/${name} ${directory}/${name}.debug
      COMMAND ${HAFNON_LLD} ${link} ${link_${arch}}
        -o ${directory}/${name}.debug ${inputs}
      COMMAND ${HAFNON_OBJCOPY} --strip-all ${directory}/${name}.debug ${directory}/${name}
      DEPENDS ${inputs} COMMAND_EXPAND_LISTS VERBATIM COMMENT "Linking ${name} for ${arch}")
    add_custom_target(program.${arg_DIRECTORY}.${name}.${arch} ALL DEPENDS ${directory}/${name})
    add_dependencies(program.${arg_DIRECTORY}.${name}.${arch} rt.${arch} vdso.${arch})
    if(arg_DIRECTORY STREQUAL "conformance")
      add_dependencies(test-programs-${arch} program.${arg_DIRECTORY}.${name}.${arch})
    else()
      add_dependencies(programs-${arch} program.${arg_DIRECTORY}.${name}.${arch})
      set_property(GLOBAL APPEND PROPERTY HAFNON_PROGRAM_FILES_${arch} ${directory}/${name})
    endif()
  endforeach()
endfunction()

# hafnon_program_support(NAME SOURCES f... [INCLUDES i...] [SOURCES_<arch> f...]): code that several programs
# link, compiled once per architecture; named by SUPPORT.
function(hafnon_program_support name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;INCLUDES;SOURCES_arm64;SOURCES_x64")
  foreach(arch ${HAFNON_ARCHES})
    add_library(program_support.${name}.${arch} OBJECT ${arg_SOURCES} ${arg_SOURCES_${arch}})
    target_link_libraries(program_support.${name}.${arch} PRIVATE domain.program-${arch})
    target_include_directories(program_support.${name}.${arch} PRIVATE ${arg_INCLUDES})
    hafnon_precompile(program_support.${name}.${arch} program-${arch})
    hafnon_unity(program_support.${name}.${arch})
  endforeach()
endfunction()

function(hafnon_component name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES")
  hafnon_program(${name} DIRECTORY components SOURCES ${arg_SOURCES})
  add_custom_target(component.${name})
  foreach(arch ${HAFNON_ARCHES})
    add_dependencies(component.${name} program.components.${name}.${arch})
  endforeach()
endfunction()
