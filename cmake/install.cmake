# Install: headers, library, program, CMake package and pkg-config files; and the same package for the build tree.

include(CMakePackageConfigHelpers)

set(leadline_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/leadline")

install(
  TARGETS leadline leadline_headers
  EXPORT leadlineTargets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
if(TARGET leadline_c)
  # The shared C library is a set of its own: whoever wants it alone needs none of the libraries it is made with.
  install(
    TARGETS leadline_c
    EXPORT leadlineCTargets
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
  install(
    TARGETS leadline_c_static
    EXPORT leadlineTargets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
endif()
install(
  DIRECTORY "${PROJECT_SOURCE_DIR}/include/leadline"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  FILES_MATCHING
  PATTERN "*.hpp"
  PATTERN "*.h")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
if(LEADLINE_BUILD_PROGRAM)
  install(TARGETS leadline_program RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  # The playbooks, calendars, lists and the schema go with the program that reads them.
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/rules" DESTINATION "${CMAKE_INSTALL_DATADIR}/leadline")
endif()

# --- CMake package ---------------------------------------------------------------------------------------------

configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/leadlineConfig.cmake.in" "${PROJECT_BINARY_DIR}/leadlineConfig.cmake"
  INSTALL_DESTINATION "${leadline_package_dir}"
  NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may break: only the same one is compatible.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/leadlineConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(
  EXPORT leadlineTargets
  NAMESPACE leadline::
  DESTINATION "${leadline_package_dir}")
install(FILES "${PROJECT_BINARY_DIR}/leadlineConfig.cmake" "${PROJECT_BINARY_DIR}/leadlineConfigVersion.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/find_re2.cmake" DESTINATION "${leadline_package_dir}")

if(TARGET leadline_c)
  install(
    EXPORT leadlineCTargets
    NAMESPACE leadline::
    DESTINATION "${leadline_package_dir}")
  export(
    EXPORT leadlineCTargets
    NAMESPACE leadline::
    FILE "${PROJECT_BINARY_DIR}/leadlineCTargets.cmake")
endif()

# The build tree as a package: -Dleadline_DIR=<build folder>.
export(
  EXPORT leadlineTargets
  NAMESPACE leadline::
  FILE "${PROJECT_BINARY_DIR}/leadlineTargets.cmake")
configure_file("${PROJECT_SOURCE_DIR}/cmake/find_re2.cmake" "${PROJECT_BINARY_DIR}/find_re2.cmake" COPYONLY)

# --- pkg-config ------------------------------------------------------------------------------------------------

# tl::expected, date and nlohmann/json are headers alone. Where they are not on the compiler's own path, their folders
# are named; they have no pkg-config file, or one that names the compiler's own path, which would change its order.
set(leadline_pc_include_flags "")
foreach(target IN ITEMS tl::expected date::date nlohmann_json::nlohmann_json)
  get_target_property(folders ${target} INTERFACE_INCLUDE_DIRECTORIES)
  foreach(folder IN LISTS folders)
    cmake_path(NORMAL_PATH folder)
    if(NOT folder IN_LIST CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES AND NOT folder MATCHES "^\\$<|-NOTFOUND$")
      list(APPEND leadline_pc_include_flags "-I${folder}")
    endif()
  endforeach()
endforeach()
list(REMOVE_DUPLICATES leadline_pc_include_flags)
list(JOIN leadline_pc_include_flags " " leadline_pc_include_flags)

# The files find their own prefix, so that an install can be moved, or made with `cmake --install --prefix`.
cmake_path(SET leadline_pc_folder "${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/pkgconfig")
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY "${leadline_pc_folder}" OUTPUT_VARIABLE leadline_pc_up)

set(leadline_pc_libraries "fmt re2 simdjson")
if(BUILD_SHARED_LIBS)
  set(leadline_pc_requires "")
else()
  # A static library does not carry its dependencies: whoever links it links them, with or without --static.
  set(leadline_pc_requires "${leadline_pc_libraries}")
endif()
# The C library holds the other within it, unless that is shared too: the linker then wants to see both.
set(leadline_pc_c_more "")
if(BUILD_SHARED_LIBS)
  set(leadline_pc_c_more " -lleadline")
endif()
set(leadline_pc_names leadline leadline-headers)
if(TARGET leadline_c)
  list(APPEND leadline_pc_names leadline-c)
endif()
foreach(name IN LISTS leadline_pc_names)
  configure_file("${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in" "${PROJECT_BINARY_DIR}/${name}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/${name}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()
