# Files that the program carries in itself: written as C++ into the build folder, never into the sources.

# leadline_embed(<variable> <function> <file>): a source that defines `std::string_view leadline::cli::<function>()`,
# the bytes of the file, or nothing of an empty file name. The source's path is put into <variable>.
#
# As numbers and not as a text: no literal may be as long as a chart library.
function(leadline_embed variable function file)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp")
  set(bytes "")
  if(file)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
    file(READ "${file}" bytes HEX)
    string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  endif()
  file(
    CONFIGURE
    OUTPUT "${source}"
    CONTENT
      "// Written by CMake.
#include \"cli/page/page_parts.hpp\"

namespace leadline::cli {

namespace {

constexpr unsigned char bytes[] = {
@bytes@0};

}  // namespace

std::string_view @function@() noexcept { return {reinterpret_cast<const char*>(bytes), sizeof bytes - 1}; }

}  // namespace leadline::cli
"
    @ONLY)
  set(${variable} "${source}" PARENT_SCOPE)
endfunction()

# leadline_npm_file(<variable> <package>@<version> <path in it> SHA256 <hash>): a file of a package of npm, installed by
# name into the build folder. Without npm or a network the variable is empty, and the next configuration tries again.
function(leadline_npm_file variable package path)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "SHA256" "")
  string(REGEX REPLACE "@[^@]*$" "" name "${package}")
  set(folder "${PROJECT_BINARY_DIR}/npm/${package}")
  set(file "${folder}/node_modules/${name}/${path}")
  set(found "")
  if(NOT EXISTS "${file}" AND LEADLINE_FETCH_MISSING)
    find_program(LEADLINE_NPM npm)
    if(LEADLINE_NPM)
      message(STATUS "Installing ${package} with npm")
      file(MAKE_DIRECTORY "${folder}")
      file(WRITE "${folder}/package.json" "{\"private\": true}\n")
      execute_process(
        COMMAND "${LEADLINE_NPM}" install --no-save --no-audit --no-fund --ignore-scripts --silent "${package}"
        WORKING_DIRECTORY "${folder}"
        TIMEOUT 120
        OUTPUT_QUIET ERROR_QUIET)
    endif()
  endif()
  if(EXISTS "${file}")
    file(SHA256 "${file}" hash)
    if(NOT hash STREQUAL arg_SHA256)
      message(FATAL_ERROR "${file} is not the file that was chosen: its SHA-256 is ${hash}")
    endif()
    set(found "${file}")
  endif()
  set(${variable} "${found}" PARENT_SCOPE)
endfunction()
