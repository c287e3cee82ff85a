#include "node/random.h"

#include "consensus/hex.h"

#include <cerrno>
#include <sys/random.h>
#include <system_error>

namespace starling::node {

namespace {

void fill(void* out, std::size_t size) {
    auto* at = static_cast<std::uint8_t*>(out);
    while (size > 0) {
        const ssize_t got = getrandom(at, size, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw std::system_error(errno, std::generic_category(), "getrandom");
        at += got;
        size -= static_cast<std::size_t>(got);
    }
}

}  // namespace

std::uint64_t KernelRandom::next() {
    if (used_ == kWords) {
        fill(words_.data(), sizeof words_);
        used_ = 0;
    }
    return words_[used_++];
}

std::string random_hex(std::size_t bytes) {
    Bytes out(bytes);
    fill(out.data(), out.size());
    return hex(out);
}

}  // namespace starling::node
