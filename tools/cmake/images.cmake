# SPDX-License-Identifier: BSD-2-Clause
# Boot images and the tests that boot them.
#
# Programs are made by hafnon_component() and hafnon_program() (sdk/cmake/program.cmake) in
# <build>/<folder>/<arch>/bin; an image takes them from the folders "components" and "programs". The
# target programs-<arch> makes all of them and the kernel; `hafnon run` builds it and packs an image.
# Programs in the folder "conformance" are tests, made by test-programs-<arch>; an image gets those
# that are named in its FILES.
#
# Tests are collected in the targets tests-host, tests-fuzz and tests-target, so that one kind can
# be built without the others.
foreach(kind host fuzz target)
  add_custom_target(tests-${kind})
endforeach()
foreach(arch ${HAFNON_ARCHES})
  add_custom_target(programs-${arch})
  add_custom_target(test-programs-${arch})
  add_dependencies(tests-target programs-${arch} test-programs-${arch})
endforeach()
set(HAFNON_KERNEL_arm64 ${CMAKE_BINARY_DIR}/kernel/hafnon-arm64.img)
set(HAFNON_KERNEL_x64 ${CMAKE_BINARY_DIR}/kernel/hafnon-x64.elf)
set(HAFNON_MACHINES_arm64 virt)
set(HAFNON_MACHINES_x64 q35 microvm)

# hafnon_image(NAME ARCH a SYSTEM manifest.cml [FILES image/path=file...] [WITHOUT image/path...]
#              [MANIFESTS folder...] [APPEND text]): the boot image HAFNON_IMAGE_<NAME>_<arch>, made by the target
# image-<NAME>-<arch>. Call it after all hafnon_program() calls, so that it knows the files it depends on.
function(hafnon_image name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "ARCH;SYSTEM;APPEND" "FILES;MANIFESTS;WITHOUT")
  set(image ${CMAKE_BINARY_DIR}/images/${arg_ARCH}/${name}.zbi)
  set(options --arch ${arg_ARCH} --out ${image} --no-build)
  foreach(folder components programs)
    list(APPEND options --binaries ${CMAKE_BINARY_DIR}/${folder}/${arg_ARCH})
  endforeach()
  set(extra "")
  foreach(file ${arg_FILES})
    list(APPEND options --file ${file})
    string(REGEX REPLACE "^[^=]*=" "" file "${file}")
    list(APPEND extra ${file})
  endforeach()
  foreach(folder ${arg_MANIFESTS})
    list(APPEND options --manifests ${folder})
  endforeach()
  foreach(file ${arg_WITHOUT})
    list(APPEND options --without ${file})
  endforeach()
  if(arg_APPEND)
    list(APPEND options --append ${arg_APPEND})
  endif()
  get_property(files GLOBAL PROPERTY HAFNON_PROGRAM_FILES_${arg_ARCH})
  file(GLOB_RECURSE manifests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/components/*.cml)
  add_custom_command(OUTPUT ${image}
    COMMAND ${CMAKE_COMMAND} -E env HAFNON_ROOT=${CMAKE_SOURCE_DIR} $<TARGET_FILE:hafnon-tool>
      image ${arg_SYSTEM} ${options}
    DEPENDS hafnon-tool ${files} ${extra} ${manifests} ${arg_SYSTEM} VERBATIM
    COMMENT "Packing ${name} for ${arg_ARCH}")
  add_custom_target(image-${name}-${arg_ARCH} ALL DEPENDS ${image})
  add_dependencies(tests-target image-${name}-${arg_ARCH})
  set(HAFNON_IMAGE_${name}_${arg_ARCH} ${image} PARENT_SCOPE)
endfunction()

# hafnon_exec_test(NAME ARCH a IMAGE file LABEL boot|target [SMP n] [MACHINE m] [APPEND words]
#                  [EXPECT file] [INPUT file] [STATUS n] [TIMEOUT s] [REAL_TIME] [NIGHTLY]): boots the
# image to its end; passes when the guest reports the status, prints the expected lines
# (qemu/transcript.h) and asks for all of the input (qemu/dialogue.h).
# Time is counted in instructions unless REAL_TIME is given. NIGHTLY: only `ctest -C Nightly` runs it.
function(hafnon_exec_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "REAL_TIME;NIGHTLY"
    "ARCH;IMAGE;LABEL;SMP;MACHINE;APPEND;EXPECT;INPUT;STATUS;TIMEOUT" "")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  set(options --arch ${arg_ARCH} --kernel ${HAFNON_KERNEL_${arg_ARCH}} --image ${arg_IMAGE}
    --timeout ${arg_TIMEOUT})
  if(NOT arg_REAL_TIME)
    list(APPEND options --icount)
  endif()
  foreach(option SMP MACHINE APPEND EXPECT INPUT STATUS)
    if(DEFINED arg_${option})
      string(TOLOWER ${option} word)
      list(APPEND options --${word} ${arg_${option}})
    endif()
  endforeach()
  set(configurations "")
  if(arg_NIGHTLY)
    set(configurations CONFIGURATIONS Nightly)
  endif()
  add_test(NAME ${name} COMMAND hafnon-tool exec ${options} ${configurations})
  math(EXPR limit "${arg_TIMEOUT} + 10")
  set_tests_properties(${name} PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${limit})
  # More CPUs than the machine has take long and run the same lines.
  if(NOT arg_SMP STREQUAL "8")
    hafnon_counted_test(${name})
  endif()
endfunction()

# hafnon_conformance_test(FAMILY ARCH a IMAGE file): the test program test/<FAMILY> of the image, as
# first process, with 1, 4 and 8 CPUs; on x64 the first on microvm, the others on q35.
function(hafnon_conformance_test family)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "ARCH;IMAGE;TIMEOUT" "")
  set(machine_arm64_1 virt)
  set(machine_arm64_4 virt)
  set(machine_x64_1 microvm)
  set(machine_arm64_8 virt)
  set(machine_x64_4 q35)
  set(machine_x64_8 q35)
  foreach(smp 1 4 8)
    hafnon_exec_test(target.${arg_ARCH}.${family}.smp${smp} ARCH ${arg_ARCH} IMAGE ${arg_IMAGE}
      LABEL target SMP ${smp} MACHINE ${machine_${arg_ARCH}_${smp}} APPEND "userboot.test.next=test/${family} kernel.audit=true" TIMEOUT ${arg_TIMEOUT}
      EXPECT ${CMAKE_SOURCE_DIR}/tests/conformance/passed.expect)
  endforeach()
endfunction()

add_dependencies(tests-counted tests-target)

# The kernel's targets exist only after all folders have been read.
function(hafnon_collect_kernels)
  foreach(target hafnon-arm64 boot-x64)
    string(REGEX MATCH "arm64|x64" arch ${target})
    if(TARGET ${target})
      add_dependencies(programs-${arch} ${target})
    endif()
  endforeach()
endfunction()
cmake_language(DEFER DIRECTORY ${CMAKE_SOURCE_DIR} CALL hafnon_collect_kernels)
