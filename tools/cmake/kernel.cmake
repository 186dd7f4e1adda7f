# SPDX-License-Identifier: BSD-2-Clause
# How the kernel is put together.
#
# Every part of the kernel is an OBJECT library per domain. A folder adds its own with
#
#   hafnon_kernel_part(NAME SOURCES f... [DOMAINS d...] [OPTIONS o...] [DEPENDS t...] [UNFUZZED])
#
# which builds NAME for kernel-arm64, kernel-x64 and host and appends NAME to the global property
# HAFNON_KERNEL_LIBRARIES. A library that exists already (lib/zbi, say) is added to the kernel with
#
#   set_property(GLOBAL APPEND PROPERTY HAFNON_KERNEL_LIBRARIES zbi)
#
# The kernel of an architecture is every NAME on that list whose NAME.kernel-<arch> exists.

set_property(GLOBAL PROPERTY HAFNON_KERNEL_LIBRARIES base freestanding)

function(hafnon_kernel_part name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "UNFUZZED" "" "DOMAINS;SOURCES;OPTIONS;DEPENDS")
  if(NOT arg_DOMAINS)
    set(arg_DOMAINS host kernel-arm64 kernel-x64)
  endif()
  set(unfuzzed "")
  if(arg_UNFUZZED)
    set(unfuzzed UNFUZZED)
  endif()
  hafnon_objects(${name} DOMAINS ${arg_DOMAINS} SOURCES ${arg_SOURCES} OPTIONS ${arg_OPTIONS}
    DEPENDS ${arg_DEPENDS} ${unfuzzed})
  set_property(GLOBAL APPEND PROPERTY HAFNON_KERNEL_LIBRARIES ${name})
endfunction()

# hafnon_kernel_elf(NAME ARCH a LIBRARIES l...): links NAME.elf, a static PIE, from the libraries'
# kernel-<arch> objects, and NAME.stripped.elf without symbols for the boot image. Target: NAME.
function(hafnon_kernel_elf name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "ARCH" "LIBRARIES")
  set(objects "")
  list(REMOVE_DUPLICATES arg_LIBRARIES)
  foreach(library ${arg_LIBRARIES})
    if(TARGET ${library}.kernel-${arg_ARCH})
      list(APPEND objects "$<TARGET_OBJECTS:${library}.kernel-${arg_ARCH}>")
    endif()
  endforeach()
  set(script "${CMAKE_SOURCE_DIR}/arch/${HAFNON_ARCH_DIR_${arg_ARCH}}/kernel.ld")
  set(elf "${CMAKE_CURRENT_BINARY_DIR}/${name}.elf")
  set(stripped "${CMAKE_CURRENT_BINARY_DIR}/${name}.stripped.elf")
  add_custom_command(OUTPUT ${elf} ${stripped}
    COMMAND ${HAFNON_LLD} -o ${elf} -T ${script} -pie --no-dynamic-linker --pack-dyn-relocs=relr
      -z separate-loadable-segments -z max-page-size=4096 -z now -z noexecstack -z text
      --gc-sections --orphan-handling=error --build-id=sha1 --hash-style=gnu
      --lto-O2 --thinlto-jobs=2 --thinlto-cache-dir=${CMAKE_BINARY_DIR}/lto ${objects}
    COMMAND ${HAFNON_OBJCOPY} --strip-all ${elf} ${stripped}
    DEPENDS ${objects} ${script}
    COMMAND_EXPAND_LISTS VERBATIM COMMENT "Linking ${name}.elf")
  add_custom_target(${name} ALL DEPENDS ${elf} ${stripped})
  set_target_properties(${name} PROPERTIES HAFNON_ELF ${elf} HAFNON_STRIPPED ${stripped})
endfunction()

# hafnon_boot_image(NAME ARCH a PAYLOAD file OUTPUT file [FORMAT binary]): links the boot stage around
# a kernel ELF. FORMAT binary makes a flat image (arm64 Image header). Target: NAME.
function(hafnon_boot_image name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "ARCH;PAYLOAD;OUTPUT;FORMAT" "")
  set(domain boot-${arg_ARCH})
  # One source per image: its object depends on the payload it includes.
  set(payload "${CMAKE_CURRENT_BINARY_DIR}/${name}.payload.S")
  configure_file(${CMAKE_SOURCE_DIR}/kernel/boot/payload.S.in ${payload} @ONLY)
  set_source_files_properties(${payload} PROPERTIES OBJECT_DEPENDS ${arg_PAYLOAD})
  add_library(${name}.payload OBJECT ${payload})
  target_link_libraries(${name}.payload PRIVATE domain.${domain})
  set(objects "$<TARGET_OBJECTS:${name}.payload>")
  get_property(libraries GLOBAL PROPERTY HAFNON_BOOT_LIBRARIES)
  list(REMOVE_DUPLICATES libraries)
  foreach(library ${libraries})
    if(TARGET ${library}.${domain})
      list(APPEND objects "$<TARGET_OBJECTS:${library}.${domain}>")
    endif()
  endforeach()
  set(script "${CMAKE_SOURCE_DIR}/arch/${HAFNON_ARCH_DIR_${arg_ARCH}}/boot/boot.ld")
  set(elf "${CMAKE_CURRENT_BINARY_DIR}/${name}.elf")
  set(finish ${CMAKE_COMMAND} -E copy_if_different ${elf} ${arg_OUTPUT})
  if(arg_FORMAT STREQUAL "binary")
    set(finish ${HAFNON_OBJCOPY} -O binary ${elf} ${arg_OUTPUT})
  endif()
  add_custom_command(OUTPUT ${arg_OUTPUT} BYPRODUCTS ${elf}
    COMMAND ${HAFNON_LLD} -o ${elf} -T ${script} -pie --no-dynamic-linker --pack-dyn-relocs=relr
      -z max-page-size=4096 -z now -z noexecstack -z text --gc-sections --orphan-handling=error
      ${objects}
    COMMAND ${finish}
    DEPENDS ${objects} ${script} ${arg_PAYLOAD}
    COMMAND_EXPAND_LISTS VERBATIM COMMENT "Linking ${name}")
  add_custom_target(${name} ALL DEPENDS ${arg_OUTPUT})
endfunction()
