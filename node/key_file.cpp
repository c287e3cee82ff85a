#include "node/key_file.h"

#include "consensus/hex.h"
#include "node/atomic_file.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace starling::node {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDigits = 2 * sizeof(SecretKey);

[[noreturn]] void refuse(const fs::path& file, const std::string& why) {
    throw std::runtime_error("the node key " + file.string() + " " + why);
}

void require_private(const fs::path& file) {
    const fs::file_status status = fs::status(file);
    if (!fs::is_regular_file(status)) refuse(file, "is not a file that can be read: restore it");
    const fs::perms others = fs::perms::group_all | fs::perms::others_all;
    if ((status.permissions() & others) != fs::perms::none)
        refuse(file,
               "is open to other users: run `chmod 600` on it, or delete it if somebody may "
               "have copied it (the next start makes a new one)");
}

p2p::Identity load_key(const fs::path& file) {
    require_private(file);
    const auto content = read_file(file, kDigits + 1);
    const bool formed = content && content->size() == kDigits + 1 && content->back() == '\n';
    const auto bytes =
        formed ? from_hex(std::string(content->begin(), content->end() - 1)) : std::nullopt;
    SecretKey secret{};
    if (bytes) std::ranges::copy(*bytes, secret.begin());
    const auto identity = bytes ? p2p::Identity::from(secret) : std::nullopt;
    if (!identity)
        refuse(file,
               "cannot be read or is damaged: restore it from a backup, or delete it to go "
               "on with a new identity");
    return *identity;
}

SecretKey random_secret(Random& random) {
    SecretKey secret{};
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < secret.size(); ++i, word >>= 8) {
        if (i % sizeof word == 0) word = random.next();
        secret[i] = static_cast<std::uint8_t>(word);
    }
    return secret;
}

p2p::Identity make_key(const fs::path& file, Random& random) {
    // One draw in 2^128 is no key; a source that gives none in ten is broken.
    constexpr int kDrawsMax = 10;
    for (int draw = 0; draw < kDrawsMax; ++draw) {
        const auto identity = p2p::Identity::from(random_secret(random));
        if (!identity) continue;
        replace_file(file, hex(identity->secret) + "\n", 0600);
        return *identity;
    }
    refuse(file, "cannot be made: the system gives no chance");
}

}  // namespace

p2p::Identity load_or_make_key(const fs::path& file, Random& random) {
    // A link that leads nowhere counts as there: its target may only be away.
    const bool there = fs::exists(fs::symlink_status(file));
    return there ? load_key(file) : make_key(file, random);
}

}  // namespace starling::node
