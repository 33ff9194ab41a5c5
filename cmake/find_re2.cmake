# leadline_find_re2(): defines re2::re2 where RE2 is installed, with or without a CMake package of its own (Debian's
# has only a pkg-config file). Also installed beside leadlineConfig.cmake, whose users need the same.
macro(leadline_find_re2)
  if(NOT TARGET re2::re2)
    find_package(re2 CONFIG QUIET)
  endif()
  if(NOT TARGET re2::re2)
    find_path(LEADLINE_RE2_INCLUDE_DIR re2/re2.h)
    find_library(LEADLINE_RE2_LIBRARY re2)
    mark_as_advanced(LEADLINE_RE2_INCLUDE_DIR LEADLINE_RE2_LIBRARY)
    if(LEADLINE_RE2_INCLUDE_DIR AND LEADLINE_RE2_LIBRARY)
      find_package(Threads QUIET)
      add_library(re2::re2 UNKNOWN IMPORTED)
      set_target_properties(
        re2::re2
        PROPERTIES IMPORTED_LOCATION "${LEADLINE_RE2_LIBRARY}"
                   INTERFACE_INCLUDE_DIRECTORIES "${LEADLINE_RE2_INCLUDE_DIR}"
                   INTERFACE_LINK_LIBRARIES Threads::Threads)
    endif()
  endif()
endmacro()
