# SPDX-License-Identifier: BSD-2-Clause
# Programs for Hafnon.
#
#   hafnon_component(NAME SOURCES f... [LIBRARIES l...])   a component, which sees nothing but the SDK:
#                                         components/<arch>/bin/NAME, target component.NAME
#   hafnon_library(NAME SOURCES f... [LIBRARIES l...])     a shared library of components:
#                                         components/<arch>/lib/libNAME.so
#   hafnon_program(NAME ...)              the general form, see below
#
# All build for every architecture with the stock Fuchsia triples and link what the stock driver
# would, by hand, because the driver insists on libraries that nobody packages for these triples.
#
# A program with LIBRARIES is started through ld.so.1. It carries the runtime for them too: what a
# library uses of malloc or printf is the program's.

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

# What clang's driver passes for these triples.
set(HAFNON_PROGRAM_LINK -z max-page-size=4096 -z now -z rodynamic -z separate-loadable-segments -z rel
  --pack-dyn-relocs=relr -z start-stop-visibility=hidden --build-id --hash-style=gnu --eh-frame-hdr
  --gc-sections CACHE INTERNAL "")
set(HAFNON_PROGRAM_LINK_arm64 -m aarch64elf --execute-only --fix-cortex-a53-843419 CACHE INTERNAL "")
set(HAFNON_PROGRAM_LINK_x64 -m elf_x86_64 CACHE INTERNAL "")

# What is linked against the libraries of DIRECTORY, in `out`; their targets in `out`_targets. The
# libraries' own libraries are there for what they use of the program, and needed by it only if it
# uses them too.
function(hafnon_link_libraries out directory arch)
  set(inputs "")
  set(targets "")
  set(indirect "")
  foreach(library ${ARGN})
    set(target library.${directory}.${library}.${arch})
    list(APPEND targets ${target})
    get_target_property(file ${target} HAFNON_FILE)
    get_target_property(more ${target} HAFNON_INDIRECT)
    list(APPEND inputs ${file})
    list(APPEND indirect ${more})
  endforeach()
  list(REMOVE_DUPLICATES indirect)
  list(REMOVE_ITEM indirect ${inputs})
  set(${out} ${inputs} PARENT_SCOPE)
  set(${out}_indirect ${indirect} PARENT_SCOPE)
  set(${out}_targets ${targets} PARENT_SCOPE)
endfunction()

# Who is to build what was linked.
function(hafnon_register_program directory arch target file)
  if(directory MATCHES "^(conformance|dynamic)")
    add_dependencies(test-programs-${arch} ${target})
  else()
    add_dependencies(programs-${arch} ${target})
    set_property(GLOBAL APPEND PROPERTY HAFNON_PROGRAM_FILES_${arch} ${file})
  endif()
endfunction()

# hafnon_program(NAME DIRECTORY d SOURCES f... [INCLUDES i...] [OPTIONS o...] [SOURCES_<arch> f...]
#                [SUPPORT name...] [OBJECTS_OF program...] [LIBRARIES library...])
# makes <build>/<d>/<arch>/bin/NAME, stripped, and NAME.debug beside it, for each architecture; the
# targets are program.d.NAME.<arch>. OBJECTS_OF brings what other programs of the folder are made of.
function(hafnon_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "DIRECTORY"
    "SOURCES;INCLUDES;OPTIONS;SUPPORT;OBJECTS_OF;LIBRARIES;SOURCES_arm64;SOURCES_x64")
  # Without libraries no dynamic linker is named: the start-up code resolves the vDSO's functions.
  set(interpreter --no-dynamic-linker)
  if(arg_LIBRARIES)
    set(interpreter -dynamic-linker ld.so.1)
  endif()
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
    hafnon_link_libraries(libraries "${arg_DIRECTORY}" ${arch} ${arg_LIBRARIES})
    set(inputs ${HAFNON_CRT_${arch}} $<TARGET_OBJECTS:${objects}> ${support} ${libraries} --as-needed
      ${libraries_indirect} --no-as-needed ${HAFNON_RT_${arch}} ${HAFNON_VDSO_${arch}})
    set(files ${inputs})
    list(FILTER files EXCLUDE REGEX "^--")
    set(file ${directory}/${name})
    add_custom_command(OUTPUT ${file} ${file}.debug
      COMMAND ${HAFNON_LLD} ${HAFNON_PROGRAM_LINK} ${HAFNON_PROGRAM_LINK_${arch}} -pie ${interpreter}
        -z stack-size=262144 -e _start -o ${file}.debug ${inputs}
      COMMAND ${HAFNON_OBJCOPY} --strip-all ${file}.debug ${file}
      DEPENDS ${files} COMMAND_EXPAND_LISTS VERBATIM COMMENT "Linking ${name} for ${arch}")
    set(target program.${arg_DIRECTORY}.${name}.${arch})
    add_custom_target(${target} ALL DEPENDS ${file})
    add_dependencies(${target} rt.${arch} vdso.${arch} ${libraries_targets})
    hafnon_register_program(${arg_DIRECTORY} ${arch} ${target} ${file})
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

# hafnon_library(NAME SOURCES f... [LIBRARIES library...] [DIRECTORY d] [SONAME name] [INCLUDES i...]
#                [OPTIONS o...] [OPTIONS_<arch> o...])
# makes <build>/<d>/<arch>/lib/libNAME.so, stripped, and libNAME.so.debug beside it; the targets are
# library.d.NAME.<arch>. DIRECTORY is "components" when it is left out. What the library offers has
# default visibility. SONAME is the name that programs look for, when it is not that of the file.
function(hafnon_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "DIRECTORY;SONAME"
    "SOURCES;INCLUDES;OPTIONS;OPTIONS_arm64;OPTIONS_x64;LIBRARIES")
  if(NOT arg_DIRECTORY)
    set(arg_DIRECTORY components)
  endif()
  if(NOT arg_SONAME)
    set(arg_SONAME lib${name}.so)
  endif()
  foreach(arch ${HAFNON_ARCHES})
    set(objects library_objects.${arg_DIRECTORY}.${name}.${arch})
    add_library(${objects} OBJECT ${arg_SOURCES})
    target_link_libraries(${objects} PRIVATE domain.program-${arch})
    target_include_directories(${objects} PRIVATE ${arg_INCLUDES})
    target_compile_options(${objects} PRIVATE -fPIC ${arg_OPTIONS} ${arg_OPTIONS_${arch}})
    hafnon_unity(${objects})

    set(directory ${CMAKE_BINARY_DIR}/${arg_DIRECTORY}/${arch}/lib)
    file(MAKE_DIRECTORY ${directory})
    set(file ${directory}/lib${name}.so)
    hafnon_link_libraries(libraries "${arg_DIRECTORY}" ${arch} ${arg_LIBRARIES})
    set(inputs $<TARGET_OBJECTS:${objects}> ${libraries} ${HAFNON_RT_MODULE_${arch}} ${HAFNON_VDSO_${arch}})
    add_custom_command(OUTPUT ${file} ${file}.debug
      COMMAND ${HAFNON_LLD} ${HAFNON_PROGRAM_LINK} ${HAFNON_PROGRAM_LINK_${arch}} -shared
        -soname ${arg_SONAME} -o ${file}.debug ${inputs}
      COMMAND ${HAFNON_OBJCOPY} --strip-all ${file}.debug ${file}
      DEPENDS ${inputs} COMMAND_EXPAND_LISTS VERBATIM COMMENT "Linking lib${name}.so for ${arch}")
    set(target library.${arg_DIRECTORY}.${name}.${arch})
    add_custom_target(${target} ALL DEPENDS ${file})
    add_dependencies(${target} rt.${arch} vdso.${arch} ${libraries_targets})
    set_target_properties(${target} PROPERTIES HAFNON_FILE ${file}
      HAFNON_INDIRECT "${libraries};${libraries_indirect}")
    hafnon_register_program(${arg_DIRECTORY} ${arch} ${target} ${file})
  endforeach()
endfunction()

function(hafnon_component name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  hafnon_program(${name} DIRECTORY components SOURCES ${arg_SOURCES} LIBRARIES ${arg_LIBRARIES})
  add_custom_target(component.${name})
  foreach(arch ${HAFNON_ARCHES})
    add_dependencies(component.${name} program.components.${name}.${arch})
  endforeach()
endfunction()
