#pragma once

#include "consensus/random.h"
#include "consensus/transaction.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

namespace starling {

// A hash table without iterators: nothing can be decided by its order, so equal inputs give equal
// outputs although the hash is keyed by chance, which keeps a peer from choosing collisions.
//
// K is a digest, an OutPoint, or whatever has a `std::uint64_t table_hash(const K&, std::uint64_t,
// std::uint64_t)` beside it.
template <class K, class V>
class LookupTable {
public:
    explicit LookupTable(Random& random) : map_(0, Hash{random.next(), random.next()}) {}

    V* find(const K& key) {
        const auto it = map_.find(key);
        return it == map_.end() ? nullptr : &it->second;
    }
    const V* find(const K& key) const {
        const auto it = map_.find(key);
        return it == map_.end() ? nullptr : &it->second;
    }
    [[nodiscard]] bool contains(const K& key) const { return map_.contains(key); }
    // The value under the key, made from `args` if it was not there; true if it was made. Pointers
    // and references into the table live until the next insertion.
    template <class... Args>
    std::pair<V*, bool> try_emplace(const K& key, Args&&... args) {
        const auto [it, made] = map_.try_emplace(key, std::forward<Args>(args)...);
        return {&it->second, made};
    }
    V& operator[](const K& key) { return map_[key]; }
    bool erase(const K& key) { return map_.erase(key) != 0; }
    // For judgements that do not depend on order, such as dropping all entries that are clean.
    template <class Predicate>
    std::size_t erase_if(Predicate predicate) {
        return boost::unordered::erase_if(
            map_, [&](auto& entry) { return predicate(entry.first, entry.second); });
    }
    // For sums and extremes, which do not depend on order either.
    template <class Visit>
    void for_each(Visit visit) const {
        for (const auto& entry : map_)
            visit(entry.first, entry.second);
    }
    void clear() { map_.clear(); }
    void reserve(std::size_t n) { map_.reserve(n); }
    [[nodiscard]] std::size_t size() const { return map_.size(); }
    [[nodiscard]] bool empty() const { return map_.empty(); }
    // Bytes of the table itself, without what its values own elsewhere.
    [[nodiscard]] std::size_t table_bytes() const {
        return map_.bucket_count() * (sizeof(std::pair<const K, V>) + 2);
    }

private:
    struct Hash {
        std::uint64_t key0;
        std::uint64_t key1;
        using is_avalanching = void;
        std::size_t operator()(const K& k) const { return table_hash(k, key0, key1); }
    };
    boost::unordered_flat_map<K, V, Hash> map_;
};

// The same of keys alone.
template <class K>
class LookupSet {
public:
    explicit LookupSet(Random& random) : set_(0, Hash{random.next(), random.next()}) {}

    [[nodiscard]] bool contains(const K& key) const { return set_.contains(key); }
    bool insert(const K& key) { return set_.insert(key).second; }  // true if it was not there
    bool erase(const K& key) { return set_.erase(key) != 0; }
    [[nodiscard]] std::size_t size() const { return set_.size(); }
    [[nodiscard]] bool empty() const { return set_.empty(); }
    [[nodiscard]] std::size_t table_bytes() const { return set_.bucket_count() * (sizeof(K) + 1); }

private:
    struct Hash {
        std::uint64_t key0;
        std::uint64_t key1;
        using is_avalanching = void;
        std::size_t operator()(const K& k) const { return table_hash(k, key0, key1); }
    };
    boost::unordered_flat_set<K, Hash> set_;
};

// Keyed mixing of the words of a key: multiply and fold, as in wyhash.
inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

template <class Tag>
std::uint64_t table_hash(const Digest<Tag>& digest, std::uint64_t key0, std::uint64_t key1) {
    std::uint64_t words[4];
    std::memcpy(words, digest.bytes.data(), sizeof words);
    const std::uint64_t low = mix(words[0] ^ key0, words[1] ^ key1);
    const std::uint64_t high = mix(words[2] ^ key1, words[3] ^ key0);
    return mix(low ^ key0, high ^ 0x9e37'79b9'7f4a'7c15);
}

inline std::uint64_t table_hash(const OutPoint& point, std::uint64_t key0, std::uint64_t key1) {
    return mix(table_hash(point.txid, key0, key1) ^ point.index, key1 | 1);
}

}  // namespace starling
