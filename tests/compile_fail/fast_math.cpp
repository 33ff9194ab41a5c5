// The library refuses to be built with a flag that breaks the promise of equal decisions.
// flags: -ffast-math
#include "leadline/base/config.hpp"

#if CASE == 1
// expect: cannot be built with -ffast-math
#endif

int main() {}
