#include "sim/commands/allocator.h"

#include <cstdlib>
#include <filesystem>
#include <sys/auxv.h>
#include <system_error>
#include <unistd.h>

namespace starling::sim {

void tune_allocator(char** argv) {
    constexpr const char* kTunables = "GLIBC_TUNABLES";
    constexpr const char* kOurs = "glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=4000";
    // A privileged program is not given it, and would begin anew for ever.
    if (std::getenv(kTunables) != nullptr || getauxval(AT_SECURE) != 0) return;
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    // Else this is somebody who carries us: the loader, an emulator.
    if (error || argv[0] == nullptr ||
        program.filename() != std::filesystem::path(argv[0]).filename())
        return;
    if (setenv(kTunables, kOurs, 0) == 0) execv(program.c_str(), argv);
}

}  // namespace starling::sim
