#pragma once

/// Build configuration: how the library is taken in, and what it refuses to be built with.
///
/// Leadline is header-first. Every public header declares; its definitions stand in
/// `detail/<noun>_inl.hpp`. Two CMake targets share that one source:
///
/// - `leadline::headers` defines `LEADLINE_HEADER_ONLY`: each header includes its definitions, inline.
/// - `leadline::leadline` compiles all definitions once, in `src/leadline.cpp`.

#ifdef LEADLINE_HEADER_ONLY
#define LEADLINE_INLINE inline
#else
#define LEADLINE_INLINE
#endif

#define LEADLINE_VERSION_MAJOR 0
#define LEADLINE_VERSION_MINOR 1
#define LEADLINE_VERSION_PATCH 0
#define LEADLINE_VERSION "0.1.0"

// Equal bytes on every compiler are promised; fast-math breaks that promise silently, so it is refused loudly.
#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error "Leadline gives the same decisions on every compiler and cannot be built with -ffast-math"
#endif
