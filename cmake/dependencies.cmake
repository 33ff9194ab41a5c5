# Every third-party library: an installed one first, pinned sources of the same version second.
#
# The versions are those of Debian 12, which is what CI builds with. A fetched archive is checked against its SHA-256.

include(FetchContent)
include("${CMAKE_CURRENT_LIST_DIR}/find_re2.cmake")

# leadline_fetch(<package> TARGET <target> URL <url> SHA256 <hash> [OPTIONS <variable>=<value>...] [HEADERS <folder>])
#
# With HEADERS the archive's own build is left alone, and the target is just that folder of headers.
function(leadline_fetch package)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TARGET;URL;SHA256;HEADERS" "OPTIONS")
  if(NOT LEADLINE_FETCH_MISSING)
    message(
      FATAL_ERROR "Leadline needs ${package} (target ${arg_TARGET}), which is not installed. Install it (the Makefile's "
                  "`make dependencies` says how), or allow the download with -DLEADLINE_FETCH_MISSING=ON.")
  endif()
  message(STATUS "${package} is not installed: fetching ${arg_URL}")
  # The fetched projects set their options in their own ways; a variable set here must win over all of them.
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
  set(BUILD_TESTING OFF)
  foreach(option IN LISTS arg_OPTIONS)
    string(REPLACE "=" ";" option "${option}")
    list(GET option 0 name)
    list(GET option 1 value)
    set(${name} "${value}")
  endforeach()
  string(TOLOWER "${package}" name)
  set(part "")
  if(arg_HEADERS)
    # A folder without a CMakeLists.txt is downloaded and not added.
    set(part SOURCE_SUBDIR "${arg_HEADERS}")
  endif()
  FetchContent_Declare(${name} URL "${arg_URL}" URL_HASH "SHA256=${arg_SHA256}" DOWNLOAD_EXTRACT_TIMESTAMP ON SYSTEM ${part})
  FetchContent_MakeAvailable(${name})
  if(arg_HEADERS)
    add_library(leadline_${name} INTERFACE)
    target_include_directories(leadline_${name} SYSTEM INTERFACE "${${name}_SOURCE_DIR}/${arg_HEADERS}")
    add_library(${arg_TARGET} ALIAS leadline_${name})
  endif()
  set(${name}_SOURCE_DIR "${${name}_SOURCE_DIR}" PARENT_SCOPE)
  set(${name}_BINARY_DIR "${${name}_BINARY_DIR}" PARENT_SCOPE)
  set_property(GLOBAL APPEND PROPERTY LEADLINE_FETCHED ${package})
endfunction()

# leadline_dependency(<package> <as leadline_fetch>): an installed package, or else a fetched one. A macro, since
# find_package must define its targets in the caller's scope.
macro(leadline_dependency package)
  cmake_parse_arguments(leadline_dependency "" "TARGET" "" ${ARGN})
  if(NOT TARGET ${leadline_dependency_TARGET})
    find_package(${package} QUIET)
  endif()
  if(NOT TARGET ${leadline_dependency_TARGET})
    leadline_fetch(${package} ${ARGN})
  endif()
endmacro()

# --- The library -----------------------------------------------------------------------------------------------

# Its own build would download a second project, which nothing pins.
leadline_dependency(
  tl-expected
  TARGET tl::expected
  URL https://github.com/TartanLlama/expected/archive/refs/tags/v1.0.0.tar.gz
  SHA256 8f5124085a124113e75e3890b4e923e3a4de5b26a973b891b3deb40e19c03cee
  HEADERS include)

leadline_dependency(
  nlohmann_json
  TARGET nlohmann_json::nlohmann_json
  URL https://github.com/nlohmann/json/releases/download/v3.11.2/json.tar.xz
  SHA256 8c4b26bf4b422252e13f332bc5e388ec0ab5c3443d24399acb675e68278d341f
  OPTIONS JSON_BuildTests=OFF)

# Only the headers date/date.h and date/ptz.h are used: its time zone library downloads a database by default, and
# loses daylight saving after the last transition that a zone file lists.
leadline_dependency(
  date
  TARGET date::date
  URL https://github.com/HowardHinnant/date/archive/v3.0.1.tar.gz
  SHA256 7a390f200f0ccd207e8cff6757e04817c1a0aec3e327b006b7eb451c57ee3538
  OPTIONS BUILD_TZ_LIB=OFF ENABLE_DATE_TESTING=OFF)

leadline_dependency(
  fmt
  TARGET fmt::fmt
  URL https://github.com/fmtlib/fmt/archive/9.1.0.tar.gz
  SHA256 5dea48d1fcddc3ec571ce2058e13910a0d4a6bab4cc09a809d8b1dd1c88ae6f2)

leadline_find_re2()
if(NOT TARGET re2::re2)
  leadline_fetch(
    re2
    TARGET re2::re2
    URL https://github.com/google/re2/archive/2022-06-01.tar.gz
    SHA256 f89c61410a072e5cbcf8c27e3a778da7d6fd2f2b5b1445cd4f4508bee946ab0f
    OPTIONS RE2_BUILD_TESTING=OFF)
endif()

leadline_dependency(
  simdjson
  TARGET simdjson::simdjson
  URL https://github.com/simdjson/simdjson/archive/v3.0.1.tar.gz
  SHA256 156b1bc5eb0561b2bd166b46d191fd3d95a3e709cc63761477d3b7aec2b6e9ed
  OPTIONS SIMDJSON_DEVELOPER_MODE=OFF)

set(LEADLINE_PRIVATE_DEPENDENCIES nlohmann_json::nlohmann_json date::date fmt::fmt re2::re2 simdjson::simdjson)

# --- The program -----------------------------------------------------------------------------------------------

if(LEADLINE_BUILD_PROGRAM)
  leadline_dependency(
    CLI11
    TARGET CLI11::CLI11
    URL https://github.com/CLIUtils/CLI11/archive/v2.1.2.tar.gz
    SHA256 26291377e892ba0e5b4972cdfd4a2ab3bf53af8dac1f4ea8fe0d1376b625c8cb)

  leadline_dependency(
    ZLIB
    TARGET ZLIB::ZLIB
    URL https://github.com/madler/zlib/releases/download/v1.2.13/zlib-1.2.13.tar.gz
    SHA256 b3a24de97a8fdbc835b9833169501030b8977031bcb54b3b3ac13740f846ab30)
  if(NOT TARGET ZLIB::ZLIB)
    # zlib's own build names neither the target nor the folders of its headers as find_package does.
    add_library(leadline_zlib INTERFACE)
    target_include_directories(leadline_zlib SYSTEM INTERFACE "${zlib_SOURCE_DIR}" "${zlib_BINARY_DIR}")
    target_link_libraries(leadline_zlib INTERFACE zlibstatic)
    add_library(ZLIB::ZLIB ALIAS leadline_zlib)
  endif()
endif()

# --- Tests and benchmarks --------------------------------------------------------------------------------------

if(LEADLINE_BUILD_TESTS)
  leadline_dependency(
    GTest
    TARGET GTest::gtest_main
    URL https://github.com/google/googletest/archive/refs/tags/release-1.12.1.tar.gz
    SHA256 81964fe578e9bd7c94dfdb09c8e4d6e6759e19967e397dbea48d1c10e45d0df2
    OPTIONS INSTALL_GTEST=OFF)
endif()

if(LEADLINE_BUILD_BENCHMARKS)
  leadline_dependency(
    benchmark
    TARGET benchmark::benchmark
    URL https://github.com/google/benchmark/archive/refs/tags/v1.7.1.tar.gz
    SHA256 6430e4092653380d9dc4ccb45a1e2dc9259d581f4866dc0759713126056bc1d7
    OPTIONS BENCHMARK_ENABLE_TESTING=OFF BENCHMARK_ENABLE_INSTALL=OFF)
endif()

# A fetched library belongs to this build tree alone: an installed Leadline could not name it.
get_property(leadline_fetched GLOBAL PROPERTY LEADLINE_FETCHED)
list(REMOVE_ITEM leadline_fetched GTest benchmark CLI11 ZLIB)
if(LEADLINE_INSTALL AND leadline_fetched)
  message(STATUS "No install rules for leadline: these dependencies are not installed themselves: ${leadline_fetched}")
  set(LEADLINE_INSTALL OFF)
endif()
