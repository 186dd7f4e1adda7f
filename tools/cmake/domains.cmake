# SPDX-License-Identifier: BSD-2-Clause
# Domains: where a piece of code runs, as compile options.
#
#   host          unit and model tests, AddressSanitizer + UBSan, libstdc++ and packaged googletest
#   tool          host programs (the hafnon tool)
#   boot-<arch>   boot stage: MMU may be off, no stack guard, no thread pointer
#   kernel-<arch> kernel: position independent, per-CPU stack guard, shadow call stack on arm64
#   user-<arch>   user programs: the stock Fuchsia triples with their defaults
#
# hafnon_objects(NAME DOMAINS d... SOURCES f... [UNFUZZED]) makes one OBJECT library NAME.<domain> per domain.

set(HAFNON_ARCHES arm64 x64)
set(HAFNON_TRIPLE_arm64 aarch64-unknown-fuchsia)
set(HAFNON_TRIPLE_x64 x86_64-unknown-fuchsia)
set(HAFNON_ARCH_DIR_arm64 arm64)
set(HAFNON_ARCH_DIR_x64 x86_64)
set(HAFNON_LLVM_LIBCXX /usr/lib/llvm-22/include/c++/v1)
find_program(HAFNON_LLD ld.lld-22 REQUIRED)
find_program(HAFNON_OBJCOPY llvm-objcopy-22 REQUIRED)

set(HAFNON_WARNINGS -Wall -Wextra -Wshadow -Wconversion -Wthread-safety -Werror
  -Wno-gnu-statement-expression-from-macro-expansion)
set(HAFNON_CXX_BASE -fno-exceptions -fno-rtti -fno-threadsafe-statics)

# Release builds keep what a backtrace needs; debug builds keep what a debugger needs.
set(HAFNON_DEBUG_INFO "$<IF:$<CONFIG:Debug>,-g,-gline-tables-only>")

function(hafnon_domain name)
  add_library(domain.${name} INTERFACE)
  target_include_directories(domain.${name} INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/sdk/abi)
  target_compile_options(domain.${name} INTERFACE ${HAFNON_WARNINGS}
    "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=" -fno-omit-frame-pointer)
endfunction()

# Freestanding C++: our configuration of libc++'s headers and our own small C headers.
function(hafnon_freestanding name triple)
  target_compile_options(domain.${name} INTERFACE
    --target=${triple} -ffreestanding ${HAFNON_DEBUG_INFO} -nostdlibinc -ffunction-sections -fdata-sections
    -ftrivial-auto-var-init=zero
    "$<$<COMPILE_LANGUAGE:CXX>:-nostdinc++;${HAFNON_CXX_BASE}>"
    "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-isystem ${CMAKE_SOURCE_DIR}/lib/freestanding/site>"
    "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-isystem ${HAFNON_LLVM_LIBCXX}>"
    "SHELL:-isystem ${CMAKE_SOURCE_DIR}/lib/freestanding/include")
endfunction()

set(HAFNON_SANITIZERS -fsanitize=address,undefined -fno-sanitize-recover=all)

# Coverage builds count how often each piece of code runs. Kernel and boot stage write their counts out
# themselves (lib/profile).
set(HAFNON_COUNTED "$<$<AND:$<BOOL:${HAFNON_COVERAGE}>,$<COMPILE_LANGUAGE:CXX>>:-fprofile-instr-generate;-fcoverage-mapping;-fcoverage-compilation-dir=.>")
set(HAFNON_COUNTED_LINK "$<$<BOOL:${HAFNON_COVERAGE}>:-fprofile-instr-generate>")
set(HAFNON_COUNTED_FREESTANDING
  "${HAFNON_COUNTED}" "$<$<AND:$<BOOL:${HAFNON_COVERAGE}>,$<COMPILE_LANGUAGE:CXX>>:SHELL:-mllvm -runtime-counter-relocation=0>")

hafnon_domain(host)
target_compile_options(domain.host INTERFACE ${HAFNON_COUNTED} ${HAFNON_DEBUG_INFO} ${HAFNON_SANITIZERS}
  "$<$<COMPILE_LANGUAGE:CXX>:-fno-rtti;-fno-exceptions>")
target_include_directories(domain.host INTERFACE ${CMAKE_SOURCE_DIR}/arch/host/include)
target_compile_definitions(domain.host INTERFACE HAFNON_HOST=1 HAFNON_DEBUG=1)
target_link_options(domain.host INTERFACE ${HAFNON_COUNTED_LINK} ${HAFNON_SANITIZERS} --ld-path=${HAFNON_LLD})

hafnon_domain(tool)
target_link_options(domain.tool INTERFACE --ld-path=${HAFNON_LLD})
# The tool waits for ninja and QEMU, not for itself; a fresh clone waits for its compilation.
target_compile_options(domain.tool INTERFACE -O0 ${HAFNON_DEBUG_INFO})
if(HAFNON_SANITIZE_TOOLS)
  target_compile_options(domain.tool INTERFACE ${HAFNON_SANITIZERS})
  target_link_options(domain.tool INTERFACE ${HAFNON_SANITIZERS})
endif()

# Release code is optimised for size-aware speed; debug builds keep the asserts' companions.
set(HAFNON_OPTIMISE "$<IF:$<CONFIG:Debug>,-O1,-O2>")

foreach(arch ${HAFNON_ARCHES})
  foreach(kind boot kernel user)
    hafnon_domain(${kind}-${arch})
    hafnon_freestanding(${kind}-${arch} ${HAFNON_TRIPLE_${arch}})
    target_compile_options(domain.${kind}-${arch} INTERFACE ${HAFNON_OPTIMISE})
  endforeach()
  foreach(kind boot kernel)
    # What user code defines, shared libraries may use.
    target_compile_options(domain.${kind}-${arch} INTERFACE -fvisibility=hidden)
    # They never exit, so nothing has to be destroyed then.
    target_compile_options(domain.${kind}-${arch} INTERFACE
      "$<$<COMPILE_LANGUAGE:CXX>:-fno-c++-static-destructors>" ${HAFNON_COUNTED_FREESTANDING})
    target_compile_definitions(domain.${kind}-${arch} INTERFACE "$<$<BOOL:${HAFNON_COVERAGE}>:HAFNON_COVERAGE=1>")
    target_include_directories(domain.${kind}-${arch} INTERFACE
      ${CMAKE_SOURCE_DIR}/arch/${HAFNON_ARCH_DIR_${arch}}/include)
  endforeach()
  target_compile_definitions(domain.kernel-${arch} INTERFACE HAFNON_KERNEL=1 "$<$<CONFIG:Debug>:HAFNON_DEBUG=1>")
  target_compile_definitions(domain.boot-${arch} INTERFACE HAFNON_BOOT=1)
  target_compile_definitions(domain.user-${arch} INTERFACE HAFNON_USER=1)
endforeach()

target_compile_options(domain.boot-arm64 INTERFACE -fPIE -mgeneral-regs-only -mstrict-align
  -mno-outline-atomics -fno-stack-protector -fno-sanitize=shadow-call-stack -ffixed-x18)
target_compile_options(domain.boot-x64 INTERFACE -fPIE -mno-red-zone -mno-sse -mno-mmx -mno-implicit-float
  -fno-stack-protector -fno-sanitize=safe-stack)
# The release kernel is optimised as a whole when it is linked: its parts are many small files.
set(HAFNON_KERNEL_LTO "$<$<AND:$<COMPILE_LANGUAGE:CXX>,$<NOT:$<CONFIG:Debug>>,$<NOT:$<BOOL:${HAFNON_COVERAGE}>>>:-flto=thin>")
# The arm64 kernel is smaller than 1 MiB, so one instruction makes any address in it; with counters it is not.
set(HAFNON_KERNEL_MODEL "$<IF:$<BOOL:${HAFNON_COVERAGE}>,small,tiny>")
target_compile_options(domain.kernel-arm64 INTERFACE ${HAFNON_KERNEL_LTO} -fPIE -mcmodel=${HAFNON_KERNEL_MODEL} -mgeneral-regs-only -mtp=el1
  -mno-outline-atomics -fstack-protector-strong -fsanitize=shadow-call-stack -ffixed-x18)
target_compile_options(domain.kernel-x64 INTERFACE ${HAFNON_KERNEL_LTO} -fPIE -mcmodel=kernel -mno-red-zone -mno-sse -mno-mmx
  -mno-implicit-float -fstack-protector-strong -fno-sanitize=safe-stack)
target_compile_options(domain.user-arm64 INTERFACE -mno-outline-atomics)

# What nearly every source includes is parsed once per domain. Only the standard library and lib/base:
# each file still includes what it uses, which a build without HAFNON_PRECOMPILE shows.
option(HAFNON_PRECOMPILE "Parse common headers once per domain" ON)
set(HAFNON_PRECOMPILED <array> <atomic> <cstddef> <cstdint> <optional> <span> <string_view> <utility>)
set(HAFNON_PRECOMPILED_BASE ${CMAKE_SOURCE_DIR}/lib/base/format.h ${CMAKE_SOURCE_DIR}/lib/base/result.h)
set(HAFNON_PRECOMPILED_TEST <gtest/gtest.h> <string> <vector>)

# Tested objects have the fuzzers' coverage feedback, so that fuzz targets link the same objects; UNFUZZED ones
# are compiled as quickly as test code, since no fuzzer and no model runs them a million times.
set(HAFNON_TESTED_OPTIONS -O1 -fsanitize=fuzzer-no-link)

function(hafnon_precompile target domain)
  if(NOT HAFNON_PRECOMPILE)
    return()
  endif()
  set(headers ${HAFNON_PRECOMPILED} ${HAFNON_PRECOMPILED_BASE} ${ARGN})
  set(library precompiled.${domain})
  if(ARGN)
    set(library precompiled.${domain}-test)
  endif()
  if(NOT TARGET ${library})
    add_library(${library} OBJECT ${CMAKE_SOURCE_DIR}/tools/cmake/precompiled.cc)
    target_link_libraries(${library} PRIVATE domain.${domain})
    if(domain STREQUAL host AND NOT ARGN)
      target_compile_options(${library} PRIVATE ${HAFNON_TESTED_OPTIONS})
    endif()
    if(ARGN)
      target_compile_options(${library} PRIVATE ${HAFNON_TEST_OPTIONS})
    endif()
    target_precompile_headers(${library} PRIVATE ${headers})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${library})
endfunction()

# Test code is compiled for the person who waits for it; what it tests has its usual options.
set(HAFNON_TEST_OPTIONS -frtti -Wno-global-constructors -O0)

# Most targets are compiled as one file: their headers cost more than their code. Off shows that each file
# includes what it uses. arch/ is always apart, for its drivers name their registers alike; archives are too,
# since a program takes from them file by file.
option(HAFNON_UNITY "Compile each target as one file" ON)
function(hafnon_unity target)
  if(HAFNON_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
  endif()
endfunction()

function(hafnon_objects name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "UNFUZZED" "" "DOMAINS;SOURCES;OPTIONS;DEPENDS")
  foreach(domain ${arg_DOMAINS})
    add_library(${name}.${domain} OBJECT ${arg_SOURCES})
    target_link_libraries(${name}.${domain} PRIVATE domain.${domain})
    target_compile_options(${name}.${domain} PRIVATE ${arg_OPTIONS})
    if(arg_UNFUZZED AND domain STREQUAL host)
      target_compile_options(${name}.${domain} PRIVATE ${HAFNON_TEST_OPTIONS})
      hafnon_precompile(${name}.${domain} host ${HAFNON_PRECOMPILED_TEST})
    else()
      if(domain STREQUAL host)
        target_compile_options(${name}.${domain} PRIVATE ${HAFNON_TESTED_OPTIONS})
      endif()
      if(NOT arg_OPTIONS)
        hafnon_precompile(${name}.${domain} ${domain})
      endif()
    endif()
    if(domain MATCHES "^(host|tool|boot|kernel)" AND NOT name STREQUAL "arch")
      hafnon_unity(${name}.${domain})
    endif()
    if(arg_DEPENDS)
      add_dependencies(${name}.${domain} ${arg_DEPENDS})
    endif()
  endforeach()
endfunction()

# hafnon_lib(NAME SOURCES f...): code with no opinion about privilege, built for every domain
# but those of programs.
# Programs for the machine compile what they need of it with their own options (sdk/cmake/program.cmake).
set(HAFNON_ALL_DOMAINS host tool boot-arm64 boot-x64 kernel-arm64 kernel-x64)
function(hafnon_lib name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DOMAINS")
  if(NOT arg_DOMAINS)
    set(arg_DOMAINS ${HAFNON_ALL_DOMAINS})
  endif()
  hafnon_objects(${name} DOMAINS ${arg_DOMAINS} SOURCES ${arg_SOURCES})
endfunction()

# hafnon_host_test(NAME SOURCES f... OBJECTS o...): a googletest program registered with ctest.
# OBJECTS names hafnon_lib()/hafnon_objects() libraries; their host build is linked in.
function(hafnon_host_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;OBJECTS;DEFINITIONS;DEPENDS")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE domain.host gtest gtest_main pthread)
  target_compile_options(${name} PRIVATE ${HAFNON_TEST_OPTIONS})
  target_compile_definitions(${name} PRIVATE ${arg_DEFINITIONS})
  hafnon_precompile(${name} host ${HAFNON_PRECOMPILED_TEST})
  hafnon_unity(${name})
  foreach(object ${arg_OBJECTS})
    target_sources(${name} PRIVATE $<TARGET_OBJECTS:${object}.host>)
  endforeach()
  if(arg_DEPENDS)
    add_dependencies(${name} ${arg_DEPENDS})
  endif()
  add_dependencies(tests-host ${name})
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
  set_tests_properties(${name} PROPERTIES LABELS host TIMEOUT 120)
  hafnon_counted_host_test(${name} ${arg_OBJECTS})
endfunction()

# hafnon_fuzz(NAME SOURCES f... OBJECTS o... CORPUS dir [DICTIONARY file]): a libFuzzer program; ctest
# replays its corpus and runs it for a short while, `./hafnon test fuzz` for longer.
function(hafnon_fuzz name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "CORPUS;DICTIONARY" "SOURCES;OBJECTS")
  if(NOT HAFNON_FUZZERS)
    return()
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE domain.host)
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  foreach(object ${arg_OBJECTS})
    target_sources(${name} PRIVATE $<TARGET_OBJECTS:${object}.host>)
  endforeach()
  add_dependencies(tests-fuzz ${name})
  set(dictionary "")
  if(arg_DICTIONARY)
    set(dictionary -dict=${arg_DICTIONARY})
  endif()
  add_test(NAME fuzz.${name}
    COMMAND ${CMAKE_SOURCE_DIR}/tools/cmake/fuzz.sh $<TARGET_FILE:${name}> ${CMAKE_BINARY_DIR}
      ${CMAKE_BINARY_DIR}/corpus/${name} ${arg_CORPUS} ${dictionary})
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/corpus/${name})
  set_tests_properties(fuzz.${name} PROPERTIES LABELS "host;fuzz" TIMEOUT 4000)
endfunction()
