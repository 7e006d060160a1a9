# The few functions that all CMakeLists.txt of skald are written with.

option(SKALD_PCH "Precompile the standard library's headers" ON)

# What every target of skald is compiled with. -fPIC also for programs: one precompiled header can
# then serve all of them, and the static libraries can go into somebody's shared one. The
# three warnings switched off are false alarms of g++ 12 about its own <string> at -O2.
function(skald_settings target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${skald_SOURCE_DIR}> $<BUILD_INTERFACE:${skald_SOURCE_DIR}/include>)
  target_compile_options(${target} PRIVATE -fPIC
    -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor
    -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough
    $<$<BOOL:${SKALD_WERROR}>:-Werror>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>)
  if(SKALD_SANITIZE STREQUAL "address")
    set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  elseif(SKALD_SANITIZE STREQUAL "thread")
    set(sanitizers -fsanitize=thread)
    # g++ says that it does not follow fences; Asio has one.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
  endif()
  if(SKALD_FUZZ)  # the fuzzer sees which code an input reaches
    list(APPEND sanitizers -fsanitize=fuzzer-no-link)
  endif()
  if(SKALD_SANITIZE)  # g++ sees ghosts in instrumented code
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  endif()
  target_compile_options(${target} PUBLIC "$<BUILD_INTERFACE:${sanitizers}>")
  target_link_options(${target} PUBLIC "$<BUILD_INTERFACE:${sanitizers}>")
endfunction()

# One precompiled header for the layers and programs, one with GoogleTest for the tests.
# -fpch-preprocess lets ccache see through it.
function(skald_precompiled name)
  cmake_parse_arguments(arg "" "" "HEADERS;DEPS;OPTIONS" ${ARGN})
  add_library(${name} STATIC EXCLUDE_FROM_ALL ${skald_SOURCE_DIR}/cmake/precompiled.cpp)
  target_link_libraries(${name} PRIVATE ${arg_DEPS})
  target_precompile_headers(${name} PRIVATE ${arg_HEADERS})
  skald_settings(${name})
  target_compile_options(${name} PRIVATE
    ${arg_OPTIONS} $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endfunction()

function(skald_use_precompiled target from)
  if(SKALD_PCH AND TARGET ${from})
    target_precompile_headers(${target} REUSE_FROM ${from})
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  endif()
endfunction()

if(SKALD_PCH)
  skald_precompiled(skald_precompiled_std HEADERS
    <algorithm> <array> <atomic> <chrono> <condition_variable> <cstdint> <deque> <functional>
    <map> <memory> <mutex> <optional> <set> <span> <string> <string_view> <thread> <tuple>
    <unordered_map> <utility> <variant> <vector>)
endif()

# skald_layer(name [SOURCES dir...] [DEPS target...] [PRIVATE target...])
# One static library of the folder it stands in (its own *.cpp; SOURCES names sub-folders whose
# *.cpp belong to it too). DEPS are the layers it may include, PRIVATE third parties it hides.
# It is installed and exported as skald::<name without "skald_">.
function(skald_layer name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS;PRIVATE" ${ARGN})
  set(globs ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  foreach(folder IN LISTS arg_SOURCES)
    list(APPEND globs ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp)
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${globs})
  if(NOT sources)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${arg_DEPS})
  else()
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC ${arg_DEPS} PRIVATE ${arg_PRIVATE})
    skald_settings(${name})
    skald_use_precompiled(${name} skald_precompiled_std)
  endif()
  string(REGEX REPLACE "^skald_" "" exported ${name})
  set_target_properties(${name} PROPERTIES EXPORT_NAME ${exported})
  add_library(skald::${exported} ALIAS ${name})
  set_property(GLOBAL APPEND PROPERTY SKALD_LAYERS ${name})
endfunction()

# skald_program(name [DEPS target...] [SOURCES file...]): an executable of its folder's *.cpp, in
# bin/ of the build directory.
function(skald_program name)
  cmake_parse_arguments(arg "" "" "DEPS;SOURCES" ${ARGN})
  set(sources ${arg_SOURCES})
  if(NOT sources)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  endif()
  add_executable(${name} ${sources})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${skald_BINARY_DIR}/bin)
  target_link_libraries(${name} PRIVATE ${arg_DEPS})
  skald_settings(${name})
  skald_use_precompiled(${name} skald_precompiled_std)
endfunction()

# What tests are compiled with beyond that: most run for an instant, so optimising them costs more
# than it saves (docs/benchmarks.md). What they test is compiled as it is installed.
set(SKALD_TEST_OPTIONS $<$<CONFIG:Release>:-O0>)

# skald_test(name [OPTIMISED] [DEPS target...]): a GoogleTest program of the folder tests/<name>.
# OPTIMISED: much work is done in the test itself. With SKALD_UNITY four files at a time are compiled
# as one: most of the work on a test is reading headers. Helpers in the unnamed namespaces of one
# program therefore need different names.
function(skald_test name)
  cmake_parse_arguments(arg "OPTIMISED" "" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_test ${sources})
  target_link_libraries(${name}_test PRIVATE ${arg_DEPS} GTest::gmock GTest::gtest_main)
  skald_settings(${name}_test)
  if(SKALD_UNITY)
    set_target_properties(${name}_test PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 4)
  endif()
  if(arg_OPTIMISED)
    skald_use_precompiled(${name}_test skald_precompiled_std)
  else()
    target_compile_options(${name}_test PRIVATE ${SKALD_TEST_OPTIONS})
    skald_use_precompiled(${name}_test skald_precompiled_test)
  endif()
  target_compile_definitions(${name}_test PRIVATE
    SKALD_TEST_DIR="${CMAKE_CURRENT_SOURCE_DIR}/${name}" SKALD_SOURCE_DIR="${skald_SOURCE_DIR}"
    SKALD_BINARY_DIR="${skald_BINARY_DIR}" SKALD_CONFORMANCE_DIR="${SKALD_CONFORMANCE_DIR}")
  gtest_discover_tests(${name}_test DISCOVERY_TIMEOUT 60 NO_PRETTY_VALUES PROPERTIES TIMEOUT 600)
endfunction()
