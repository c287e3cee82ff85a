#pragma once

#include "consensus/digest.h"
#include "consensus/lookup_table.h"
#include "consensus/random.h"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace starling::p2p {

// Remembers at least the last `generation` hashes that were added and at most twice as many, by
// 64-bit fingerprints under a secret key: nobody can find two hashes that are taken for each other.
//
// Two generations instead of a queue: forgetting costs nothing and memory grows only with use.
class RollingSet {
public:
    RollingSet(std::size_t generation, Random& random)
        : generation_(generation),
          key0_(random.next()),
          key1_(random.next()),
          random_(random),
          young_(random),
          old_(random) {}

    // True if that ended a generation.
    template <class Tag>
    bool add(const Digest<Tag>& hash) {
        young_.insert(fingerprint(hash));
        if (young_.size() < generation_) return false;
        age();
        return true;
    }
    // Ends a generation before it is full: the one before it is forgotten.
    void age() { old_ = std::exchange(young_, Table(random_)); }
    template <class Tag>
    [[nodiscard]] bool contains(const Digest<Tag>& hash) const {
        const Fingerprint key = fingerprint(hash);
        return young_.contains(key) || old_.contains(key);
    }
    void clear() {
        young_ = Table(random_);
        old_ = Table(random_);
    }
    [[nodiscard]] std::size_t size() const { return young_.size() + old_.size(); }

private:
    struct Fingerprint {
        std::uint64_t value = 0;
        friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
        // Keyed already.
        friend std::uint64_t table_hash(const Fingerprint& f, std::uint64_t, std::uint64_t) {
            return f.value;
        }
    };
    using Table = LookupSet<Fingerprint>;

    template <class Tag>
    [[nodiscard]] Fingerprint fingerprint(const Digest<Tag>& hash) const {
        return {table_hash(hash, key0_, key1_)};
    }

    std::size_t generation_;
    std::uint64_t key0_;
    std::uint64_t key1_;
    Random& random_;
    Table young_;
    Table old_;
};

}  // namespace starling::p2p
