#pragma once

#include "consensus/random.h"
#include "p2p/crypto/curve.h"

#include <array>
#include <cstddef>
#include <string>

namespace starling::node {

// Chance from the kernel, drawn in blocks so that a draw costs no system call. One thread.
class KernelRandom final : public Random {
public:
    std::uint64_t next() override;

private:
    static constexpr std::size_t kWords = 32;  // 256 bytes: the most that getrandom gives whole

    std::array<std::uint64_t, kWords> words_{};
    std::size_t used_ = kWords;
};

// `bytes` bytes of chance as hexadecimal digits: the password of the cookie.
std::string random_hex(std::size_t bytes);

// A valid key of the curve.
SecretKey random_key(Random& random);

}  // namespace starling::node
