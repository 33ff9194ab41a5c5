# leadline_set_build_options(<target>): warnings, sanitizers and coverage for Leadline's own targets. All private: a
# host never inherits them.
function(leadline_set_build_options target)
  if(MSVC)
    target_compile_options(${target} PRIVATE /W4 /permissive- $<$<BOOL:${LEADLINE_WERROR}>:/WX>)
    return()
  endif()
  # GCC 12 sees overlapping copies in `"text" + std::string` where there are none (its bug 105651); 13 does not.
  set(wrong_in_gcc_12 "")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION MATCHES "^12[.]")
    set(wrong_in_gcc_12 -Wno-restrict)
  endif()
  # Designated initializers name the fields that matter and leave the rest at their defaults, on purpose.
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
                                           -Wno-missing-field-initializers
                                           ${wrong_in_gcc_12}
                                           $<$<BOOL:${LEADLINE_WERROR}>:-Werror>)
  if(LEADLINE_SANITIZE)
    # A finding must end the test: the undefined-behaviour sanitizer would otherwise print and go on.
    target_compile_options(${target} PRIVATE -fsanitize=${LEADLINE_SANITIZE} -fno-sanitize-recover=all
                                             -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${LEADLINE_SANITIZE})
  endif()
  if(LEADLINE_COVERAGE)
    target_compile_options(${target} PRIVATE --coverage)
    target_link_options(${target} PUBLIC --coverage)
  endif()
endfunction()
