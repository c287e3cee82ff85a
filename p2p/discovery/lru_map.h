#pragma once

#include "consensus/lookup_table.h"
#include "consensus/random.h"
#include "consensus/time.h"
#include "p2p/discovery/hashes.h"

#include <cassert>
#include <cstddef>
#include <list>
#include <optional>
#include <utility>

namespace starling::p2p::discv5 {

// A map of at most `capacity` entries that forgets the one used longest ago. Only touch() and put()
// are uses; who never touches has a queue that forgets the oldest entry.
template <class K, class V>
class LruMap {
public:
    LruMap(std::size_t capacity, Random& random) : capacity_(capacity), index_(random) {
        assert(capacity > 0);
    }

    // Null if absent. Pointers live until the entry is erased or forgotten.
    V* find(const K& key) {
        const auto* at = index_.find(key);
        return at == nullptr ? nullptr : &(*at)->value;
    }
    // The same, and it is used now.
    V* touch(const K& key, Time now) {
        const auto* at = index_.find(key);
        if (at == nullptr) return nullptr;
        (*at)->used = now;
        entries_.splice(entries_.end(), entries_, *at);
        return &(*at)->value;
    }
    // Replaces what was there. `forgotten`, if given, is told the key that had to go.
    V& put(const K& key, V value, Time now, std::optional<K>* forgotten = nullptr) {
        erase(key);
        if (entries_.size() == capacity_) {
            if (forgotten != nullptr) *forgotten = entries_.front().key;
            index_.erase(entries_.front().key);
            entries_.pop_front();
        }
        entries_.push_back({key, std::move(value), now});
        index_[key] = std::prev(entries_.end());
        return entries_.back().value;
    }
    bool erase(const K& key) {
        const auto* at = index_.find(key);
        if (at == nullptr) return false;
        const auto entry = *at;
        index_.erase(key);
        entries_.erase(entry);
        return true;
    }

    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    // When the entry used longest ago was, and its key.
    [[nodiscard]] std::optional<Time> oldest() const {
        if (entries_.empty()) return std::nullopt;
        return entries_.front().used;
    }
    [[nodiscard]] const K& oldest_key() const { return entries_.front().key; }

private:
    struct Entry {
        K key;
        V value;
        Time used;
    };

    std::size_t capacity_;
    std::list<Entry> entries_;  // used longest ago first
    LookupTable<K, typename std::list<Entry>::iterator> index_;
};

}  // namespace starling::p2p::discv5
