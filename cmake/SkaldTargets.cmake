# skald_layer(name [SOURCES dir...] [DEPS target...] [PRIVATE target...])
# One static library of the folder it stands in (its own *.cpp; SOURCES names sub-folders whose
# *.cpp belong to it too). DEPS are the layers it may include, PRIVATE third parties it hides.
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
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC ${arg_DEPS} PRIVATE ${arg_PRIVATE})
  skald_settings(${name})
endfunction()

function(skald_settings target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${skald_SOURCE_DIR}> $<BUILD_INTERFACE:${skald_SOURCE_DIR}/include>)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor
    -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<BOOL:${SKALD_WERROR}>:-Werror>)
  if(SKALD_SANITIZE STREQUAL "address")
    target_compile_options(${target} PUBLIC -fsanitize=address,undefined -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=address,undefined)
  elseif(SKALD_SANITIZE STREQUAL "thread")
    target_compile_options(${target} PUBLIC -fsanitize=thread)
    target_link_options(${target} PUBLIC -fsanitize=thread)
  endif()
endfunction()

# skald_program(name [DEPS target...] [SOURCES file...]): an executable of its folder's *.cpp.
function(skald_program name)
  cmake_parse_arguments(arg "" "" "DEPS;SOURCES" ${ARGN})
  set(sources ${arg_SOURCES})
  if(NOT sources)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${arg_DEPS})
  skald_settings(${name})
endfunction()

# skald_test(name DEPS target...): a GoogleTest program of the folder tests/<name>.
function(skald_test name)
  cmake_parse_arguments(arg "" "" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_test ${sources})
  target_link_libraries(${name}_test PRIVATE ${arg_DEPS} GTest::gmock GTest::gtest_main)
  skald_settings(${name}_test)
  target_compile_definitions(${name}_test PRIVATE
    SKALD_TEST_DIR="${CMAKE_CURRENT_SOURCE_DIR}/${name}" SKALD_SOURCE_DIR="${skald_SOURCE_DIR}"
    SKALD_BINARY_DIR="${skald_BINARY_DIR}" SKALD_CONFORMANCE_DIR="${SKALD_CONFORMANCE_DIR}")
  gtest_discover_tests(${name}_test DISCOVERY_TIMEOUT 60)
endfunction()
