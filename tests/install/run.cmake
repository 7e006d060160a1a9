# Builds examples/embedded (and tests/install/consumer) as somebody else would, and runs it.
#   cmake -DWAY=package|subdirectory|pkgconfig|jq -DSOURCE=<repo> -DBUILD=<build dir> -DWORK=<dir>
#         -DCOMPILER=<c++> -DLAUNCHER=<...> -P run.cmake
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output
    ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    string(REPLACE ";" " " command "${ARGN}")
    message(FATAL_ERROR "${command}\n${output}")
  endif()
endfunction()

# build_and_run(<folder> <program> <configure arguments...>)
function(build_and_run folder program)
  set(build ${WORK}/${program})
  run(${CMAKE_COMMAND} -G Ninja -S ${SOURCE}/${folder} -B ${build}
    -DCMAKE_CXX_COMPILER=${COMPILER} ${ARGN})
  run(${CMAKE_COMMAND} --build ${build} -j 2 --target ${program})
  run(${CMAKE_COMMAND} -E chdir ${build} ./${program})
endfunction()

file(REMOVE_RECURSE ${WORK})
# A list ("env;X=1;ccache") would fall apart as an argument.
set(ENV{CMAKE_CXX_COMPILER_LAUNCHER} "${LAUNCHER}")

if(WAY STREQUAL "jq")
  build_and_run(examples/jq jq_example -DSKALD_SUBDIRECTORY=${SOURCE}
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=-O2
    -DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=mold)
  # Installed alone it brings nothing of the rest, and asks for nothing that the rest needs.
  run(${CMAKE_COMMAND} -G Ninja -S ${SOURCE} -B ${WORK}/only -DSKALD_JQ_ONLY=ON
    -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=-O2
    -DCMAKE_INSTALL_PREFIX=${WORK}/prefix)
  execute_process(COMMAND ${CMAKE_COMMAND} --install ${WORK}/only RESULT_VARIABLE result
    OUTPUT_QUIET ERROR_VARIABLE output)
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  if(result EQUAL 0 OR NOT output MATCHES "is not built.*cmake --build ${WORK}/only")
    message(FATAL_ERROR "what is not built is installed, or nobody is told what to do: ${output}")
  endif()
  run(${CMAKE_COMMAND} --build ${WORK}/only -j 2 --target install)
  file(GLOB headers RELATIVE ${WORK}/prefix/include/skald ${WORK}/prefix/include/skald/*
    ${WORK}/prefix/include/skald/dsl/*)
  if(NOT headers STREQUAL "base;dsl;dsl/jq;jq.hpp")
    message(FATAL_ERROR "the expression language installs ${headers}")
  endif()
  set(WORK ${WORK}/installed)
  build_and_run(examples/jq jq_example -DCMAKE_PREFIX_PATH=${WORK}/../prefix)
elseif(WAY STREQUAL "subdirectory")
  build_and_run(examples/embedded embedded -DSKALD_SUBDIRECTORY=${SOURCE}
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=-O2
    -DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=mold)
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
  build_and_run(examples/embedded embedded -DCMAKE_PREFIX_PATH=${WORK}/prefix)
  build_and_run(tests/install/consumer service -DCMAKE_PREFIX_PATH=${WORK}/prefix)
  build_and_run(examples/jq jq_example -DCMAKE_PREFIX_PATH=${WORK}/prefix)
endif()

if(WAY STREQUAL "pkgconfig")
  file(GLOB_RECURSE pc ${WORK}/prefix/skald.pc)
  get_filename_component(folder ${pc} DIRECTORY)
  # The file names the prefix that was configured; this one was installed elsewhere.
  execute_process(COMMAND ${CMAKE_COMMAND} -E env PKG_CONFIG_PATH=${folder}
    pkg-config --define-variable=prefix=${WORK}/prefix --static --cflags --libs skald
    OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  run(${COMPILER} ${SOURCE}/examples/embedded/main.cpp -o ${WORK}/embedded ${flags})
  run(${CMAKE_COMMAND} -E chdir ${WORK} ./embedded)
endif()
