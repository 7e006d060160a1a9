# cmake --install: libraries, headers, find_package(skald CONFIG) and pkg-config. Read last, when
# all layers are known.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

get_property(layers GLOBAL PROPERTY SKALD_LAYERS)

# skald::skald is all that an application links: every layer but the command line's own.
add_library(skald_everything INTERFACE)
add_library(skald::skald ALIAS skald_everything)
set_target_properties(skald_everything PROPERTIES EXPORT_NAME skald)
set(public_layers ${layers})
list(FILTER public_layers EXCLUDE REGEX "^skald_cli")
target_link_libraries(skald_everything INTERFACE ${public_layers})

if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()

# scripts/demo builds no more than it shows, and "cannot find libskald_..." does not say what to do.
set(archives ${layers})
foreach(layer IN LISTS layers)
  get_target_property(type ${layer} TYPE)
  if(NOT type STREQUAL "STATIC_LIBRARY")
    list(REMOVE_ITEM archives ${layer})
  endif()
endforeach()
list(TRANSFORM archives REPLACE "(.+)" "$<TARGET_FILE:\\1>")
install(CODE "foreach(library IN ITEMS ${archives})
    if(NOT EXISTS \"\${library}\")
      message(FATAL_ERROR \"\${library} is not built. Build all that there \"
        \"is, then install: cmake --build ${CMAKE_BINARY_DIR}\")
    endif()
  endforeach()")

set(skald_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/skald)
install(TARGETS ${layers} skald_everything EXPORT skald
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT skald FILE skaldTargets.cmake NAMESPACE skald:: DESTINATION ${skald_cmake_dir})
configure_package_config_file(cmake/skaldConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/skaldConfig.cmake INSTALL_DESTINATION ${skald_cmake_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/skaldConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/skaldConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/skaldConfigVersion.cmake cmake/SkaldDependencies.cmake
  DESTINATION ${skald_cmake_dir})

# Inside the tree headers are included from its root ("base/json.hpp"). Installed they stand under
# skald/, and say so, lest they find a "base/" of somebody else's.
install(CODE "set(source \"${CMAKE_CURRENT_SOURCE_DIR}\")
  set(jq_only \"${SKALD_JQ_ONLY}\")
  set(target \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_INCLUDEDIR}/skald\")
  include(\"${CMAKE_CURRENT_SOURCE_DIR}/cmake/install_headers.cmake\")")

foreach(layer IN LISTS layers)
  get_target_property(type ${layer} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    string(APPEND skald_pc_libs " -l${layer}")
  endif()
endforeach()
# What the static libraries need in turn.
set(skald_pc_requires "openssl oniguruma")
set(skald_pc_private "-lboost_json -lboost_container -pthread")
if(NOT SKALD_JQ_ONLY)
  string(APPEND skald_pc_requires
    " fmt spdlog yaml-cpp rocksdb protobuf sqlite3 libzstd libisal cpp-httplib")
  string(PREPEND skald_pc_private "-lpq ")
endif()
configure_file(cmake/skald.pc.in ${CMAKE_CURRENT_BINARY_DIR}/skald.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/skald.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
