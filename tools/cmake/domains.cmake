# SPDX-License-Identifier: BSD-2-Clause
# Domains: where a piece of code runs, as compile options.
#
#   host          unit and model tests, AddressSanitizer + UBSan, libstdc++ and packaged googletest
#   tool          host programs (the hafnon tool)
#   boot-<arch>   boot stage: MMU may be off, no stack guard, no thread pointer
#   kernel-<arch> kernel: position independent, per-CPU stack guard, shadow call stack on arm64
#   user-<arch>   user programs: the stock Fuchsia triples with their defaults
#
# hafnon_objects(NAME DOMAINS d... SOURCES f...) makes one OBJECT library NAME.<domain> per domain.

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

function(hafnon_domain name)
  add_library(domain.${name} INTERFACE)
  target_include_directories(domain.${name} INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/sdk/abi)
  target_compile_options(domain.${name} INTERFACE ${HAFNON_WARNINGS}
    "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=" -fno-omit-frame-pointer)
endfunction()

# Freestanding C++: our configuration of libc++'s headers and our own small C headers.
function(hafnon_freestanding name triple)
  target_compile_options(domain.${name} INTERFACE
    --target=${triple} -ffreestanding -g -nostdlibinc -fvisibility=hidden -ffunction-sections -fdata-sections
    -ftrivial-auto-var-init=zero
    "$<$<COMPILE_LANGUAGE:CXX>:-nostdinc++;${HAFNON_CXX_BASE}>"
    "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-isystem ${CMAKE_SOURCE_DIR}/lib/freestanding/site>"
    "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-isystem ${HAFNON_LLVM_LIBCXX}>"
    "SHELL:-isystem ${CMAKE_SOURCE_DIR}/lib/freestanding/include")
endfunction()

set(HAFNON_SANITIZERS -fsanitize=address,undefined -fno-sanitize-recover=all)

hafnon_domain(host)
target_compile_options(domain.host INTERFACE -g -O1 ${HAFNON_SANITIZERS}
  "$<$<COMPILE_LANGUAGE:CXX>:-fno-rtti;-fno-exceptions>")
target_include_directories(domain.host INTERFACE ${CMAKE_SOURCE_DIR}/arch/host/include)
target_compile_definitions(domain.host INTERFACE HAFNON_HOST=1)
target_link_options(domain.host INTERFACE ${HAFNON_SANITIZERS})

hafnon_domain(tool)
if(HAFNON_SANITIZE_TOOLS)
  target_compile_options(domain.tool INTERFACE -g ${HAFNON_SANITIZERS})
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
target_compile_options(domain.kernel-arm64 INTERFACE -fPIE -mgeneral-regs-only -mtp=el1
  -mno-outline-atomics -fstack-protector-strong -fsanitize=shadow-call-stack -ffixed-x18)
target_compile_options(domain.kernel-x64 INTERFACE -fPIE -mcmodel=kernel -mno-red-zone -mno-sse -mno-mmx
  -mno-implicit-float -fstack-protector-strong -fno-sanitize=safe-stack)
target_compile_options(domain.user-arm64 INTERFACE -mno-outline-atomics)

function(hafnon_objects name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DOMAINS;SOURCES;OPTIONS;DEPENDS")
  foreach(domain ${arg_DOMAINS})
    add_library(${name}.${domain} OBJECT ${arg_SOURCES})
    target_link_libraries(${name}.${domain} PRIVATE domain.${domain})
    target_compile_options(${name}.${domain} PRIVATE ${arg_OPTIONS})
    if(arg_DEPENDS)
      add_dependencies(${name}.${domain} ${arg_DEPENDS})
    endif()
  endforeach()
endfunction()

# hafnon_lib(NAME SOURCES f...): code with no opinion about privilege, built for every domain.
set(HAFNON_ALL_DOMAINS host tool)
foreach(arch ${HAFNON_ARCHES})
  list(APPEND HAFNON_ALL_DOMAINS boot-${arch} kernel-${arch} user-${arch})
endforeach()
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
  target_compile_options(${name} PRIVATE -frtti -Wno-global-constructors)
  target_compile_definitions(${name} PRIVATE ${arg_DEFINITIONS})
  foreach(object ${arg_OBJECTS})
    target_sources(${name} PRIVATE $<TARGET_OBJECTS:${object}.host>)
  endforeach()
  if(arg_DEPENDS)
    add_dependencies(${name} ${arg_DEPENDS})
  endif()
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
  set_tests_properties(${name} PROPERTIES LABELS host TIMEOUT 120)
endfunction()

# hafnon_fuzz(NAME SOURCES f... OBJECTS o... CORPUS dir): a libFuzzer program; ctest replays its corpus
# and runs it for a short while, `./hafnon test fuzz` for longer.
function(hafnon_fuzz name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "CORPUS" "SOURCES;OBJECTS")
  if(NOT HAFNON_FUZZERS)
    return()
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE domain.host)
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  foreach(object ${arg_OBJECTS})
    # Built again from the sources, with coverage feedback.
    target_sources(${name} PRIVATE $<TARGET_PROPERTY:${object}.host,SOURCES>)
  endforeach()
  add_test(NAME fuzz.${name}
    COMMAND ${name} -max_total_time=2 -timeout=5 -rss_limit_mb=2048 -artifact_prefix=${CMAKE_BINARY_DIR}/
      ${CMAKE_BINARY_DIR}/corpus/${name} ${arg_CORPUS})
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/corpus/${name})
  set_tests_properties(fuzz.${name} PROPERTIES LABELS "host;fuzz" TIMEOUT 120)
endfunction()
