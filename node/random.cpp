#include "node/random.h"

#include "consensus/hex.h"

#include <cerrno>
#include <cstring>
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

SecretKey random_key(Random& random) {
    SecretKey key{};
    do {
        for (std::size_t i = 0; i < key.size(); i += sizeof(std::uint64_t)) {
            const std::uint64_t word = random.next();
            std::memcpy(key.data() + i, &word, sizeof word);
        }
    } while (!p2p::compressed_key(key));  // all but one of 2^127 are valid
    return key;
}

}  // namespace starling::node
