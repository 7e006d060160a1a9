# Everything skald links, all of it from Debian 12 packages (scripts/setup-deps names them). A
# dependency is looked up here and nowhere else; the installed package reads this file too, so that
# a program that links skald::skald finds the same ones. skald_dependency() is find_package(...
# REQUIRED) in this tree and find_dependency() in the installed package.
if(NOT COMMAND skald_dependency)
  macro(skald_dependency)
    find_package(${ARGN} REQUIRED)
  endmacro()
endif()

# skald_pkg_dependency(name module): PkgConfig::<name> for a package that has no CMake files. Its
# variables are prefixed, since RocksDB's own find modules use plain ones (zstd_LIBRARIES).
macro(skald_pkg_dependency name module)
  if(NOT TARGET PkgConfig::${name})
    pkg_check_modules(skald_${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
    add_library(PkgConfig::${name} ALIAS PkgConfig::skald_${name})
  endif()
endmacro()

skald_dependency(Threads)
skald_dependency(Boost 1.81 COMPONENTS json)
skald_dependency(OpenSSL)
skald_dependency(PkgConfig)
skald_pkg_dependency(onig oniguruma)
if(SKALD_JQ_ONLY)
  return()
endif()
skald_dependency(fmt)
skald_dependency(spdlog)
skald_dependency(yaml-cpp)
skald_dependency(RocksDB)
skald_dependency(Protobuf)
skald_dependency(SQLite3)
skald_pkg_dependency(libpq libpq)
skald_pkg_dependency(zstd libzstd)
skald_pkg_dependency(isal libisal)
skald_pkg_dependency(httplib cpp-httplib)
skald_pkg_dependency(cli11 CLI11)
