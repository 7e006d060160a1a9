# Builds tests/install/consumer as somebody else would, and runs it.
#   cmake -DWAY=package|subdirectory|pkgconfig -DSOURCE=<repo> -DBUILD=<build dir> -DWORK=<dir>
#         -DCOMPILER=<c++> -DLAUNCHER=<...> -P run.cmake
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output
    ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    string(REPLACE ";" " " command "${ARGN}")
    message(FATAL_ERROR "${command}\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK}/project ${WORK}/prefix)
set(configure ${CMAKE_COMMAND} -G Ninja -S ${SOURCE}/tests/install/consumer -B ${WORK}/project
  -DCMAKE_CXX_COMPILER=${COMPILER} "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}")

if(WAY STREQUAL "subdirectory")
  run(${configure} -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=-O2
    -DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=mold -DSKALD_AS_SUBDIRECTORY=${SOURCE})
else()
  run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
  # Nothing of the source tree may be needed any more.
  file(GLOB_RECURSE headers ${WORK}/prefix/include/*)
  foreach(header IN LISTS headers)
    file(READ ${header} text)
    if(text MATCHES "#include \"(base|dsl|compiler|saga|runtime)/")
      message(FATAL_ERROR "${header} includes from the root of the source tree")
    endif()
  endforeach()
endif()

if(WAY STREQUAL "package")
  run(${configure} -DCMAKE_PREFIX_PATH=${WORK}/prefix)
endif()

if(WAY STREQUAL "pkgconfig")
  file(GLOB pc ${WORK}/prefix/lib*/pkgconfig/skald.pc ${WORK}/prefix/lib/*/pkgconfig/skald.pc)
  get_filename_component(folder ${pc} DIRECTORY)
  # The file names the prefix that was configured; this one was installed elsewhere.
  execute_process(COMMAND ${CMAKE_COMMAND} -E env PKG_CONFIG_PATH=${folder}
    pkg-config --define-variable=prefix=${WORK}/prefix --static --cflags --libs skald
    OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  file(MAKE_DIRECTORY ${WORK}/project)
  run(${COMPILER} ${SOURCE}/tests/install/consumer/main.cpp -o ${WORK}/project/consumer ${flags})
  run(${WORK}/project/consumer)
else()
  run(${CMAKE_COMMAND} --build ${WORK}/project -j 2)
  run(${WORK}/project/consumer)
  run(${WORK}/project/service)
endif()
