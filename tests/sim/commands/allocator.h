#pragma once

namespace starling::sim {

// Begins the program anew with an allocator for thousands of hosts: memory in pages of 2 MiB where
// the kernel leaves that to programs (transparent huge pages on "madvise"), for hosts lie in
// gigabytes and each event touches another; and freed pieces kept at hand by the thousand, for
// hosts take and give back pieces of the same few sizes.
//
// glibc hears of either from GLIBC_TUNABLES alone, before main(). Who has set that, if to nothing,
// keeps what is set: for profilers that would lose the program. Where it cannot begin anew it goes
// on as it is.
void tune_allocator(char** argv);

}  // namespace starling::sim
