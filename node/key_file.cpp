#include "node/key_file.h"

#include "consensus/hex.h"
#include "node/atomic_file.h"
#include "node/log.h"
#include "p2p/identity/identity_work.h"

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

void require_paid_for(const fs::path& file, const p2p::Identity& identity, unsigned bits) {
    const unsigned has = p2p::identity_work(identity.key);
    if (has < bits)
        refuse(file, "has " + std::to_string(has) +
                         " bits of identity work, this network asks for " + std::to_string(bits) +
                         ": no node would admit it. Move it away; the next start makes a new one");
}

p2p::Identity make_key(const fs::path& file, Random& random, std::uint8_t bits) {
    if (bits > 0)
        log_info("making an identity: trying some " + std::to_string(std::uint64_t{1} << bits) +
                 " keys for one with " + std::to_string(bits) + " bits of work");
    const auto identity = p2p::paid_identity(random, bits);
    if (!identity)
        refuse(file,
               "cannot be made: no key that was tried will do, which chance alone never "
               "causes: the system's source of random numbers is broken");
    replace_file(file, hex(identity->secret) + "\n", 0600);
    return *identity;
}

}  // namespace

p2p::Identity load_or_make_key(const fs::path& file, Random& random, std::uint8_t identity_bits) {
    // A link that leads nowhere counts as there: its target may only be away.
    const bool there = fs::exists(fs::symlink_status(file));
    if (!there) return make_key(file, random, identity_bits);
    const p2p::Identity identity = load_key(file);
    if (identity_bits > 0) require_paid_for(file, identity, identity_bits);
    return identity;
}

}  // namespace starling::node
