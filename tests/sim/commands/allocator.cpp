#include "sim/commands/allocator.h"

#include <cstdlib>
#include <unistd.h>

namespace starling::sim {

void tune_allocator(char** argv) {
    constexpr const char* kTunables = "GLIBC_TUNABLES";
    constexpr const char* kOurs = "glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=4000";
    if (std::getenv(kTunables) != nullptr || setenv(kTunables, kOurs, 0) != 0) return;
    execv("/proc/self/exe", argv);
}

}  // namespace starling::sim
