# cmake -DCOMPILER=... -DSOURCE=... -DROOT=... -P expect_error.cmake
file(STRINGS ${SOURCE} first LIMIT_COUNT 1)
execute_process(
  COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C ${COMPILER} -std=c++20 -fsyntax-only -I${ROOT}
    -I${ROOT}/include ${SOURCE}
  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT first MATCHES "^// error: (.*)$")
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${SOURCE} must compile:\n${output}")
  endif()
  return()
endif()
string(REPLACE " // or: " ";" texts "${CMAKE_MATCH_1}")
if(status EQUAL 0)
  message(FATAL_ERROR "${SOURCE} must not compile")
endif()
# Compilers quote names differently.
string(REGEX REPLACE "‘|’|'" "" output "${output}")
foreach(text IN LISTS texts)
  string(REPLACE "'" "" text "${text}")
  string(FIND "${output}" "${text}" at)
  if(NOT at EQUAL -1)
    return()
  endif()
endforeach()
message(FATAL_ERROR "${SOURCE} fails without saying '${CMAKE_MATCH_1}':\n${output}")
