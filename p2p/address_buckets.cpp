#include "p2p/address_buckets.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace starling::p2p {

namespace {

// What a hash is for: no two uses have an input in common.
enum class Use : std::uint8_t { own_group, share, bucket, position };

// The bytes of one question, in a form that no other has.
class Question {
public:
    explicit Question(Use use) { bytes_[size_++] = static_cast<std::uint8_t>(use); }
    Question& number(std::uint64_t value) {
        for (int i = 0; i < 8; ++i)
            bytes_[size_++] = static_cast<std::uint8_t>(value >> (8 * i));
        return *this;
    }
    Question& endpoint(const Endpoint& at) {
        std::ranges::copy(at.address, bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
        size_ += at.address.size();
        return number(at.port);
    }
    // Below `limit`, a power of two.
    [[nodiscard]] std::uint32_t answer(const SipKey& key, std::uint32_t limit) const {
        return static_cast<std::uint32_t>(hash(key) & (limit - 1));
    }
    [[nodiscard]] std::uint64_t hash(const SipKey& key) const {
        return siphash(key, ByteView(bytes_).first(size_));
    }

private:
    std::array<std::uint8_t, 40> bytes_{};
    std::size_t size_ = 0;
};

Slot slot_of(const SipKey& key, std::uint32_t bucket, const Endpoint& address) {
    const std::uint32_t position =
        Question(Use::position).number(bucket).endpoint(address).answer(key, Slot::kBucketSize);
    return {bucket * Slot::kBucketSize + position};
}

}  // namespace

AddressKey AddressKey::draw(Random& random) {
    AddressKey key;
    for (std::uint64_t* word :
         {&key.of_new.low, &key.of_new.high, &key.of_tried.low, &key.of_tried.high})
        *word = random.next();
    return key;
}

Slot AddressBuckets::in_new(const Grouped& whom, const Grouped& source) const {
    const SipKey& key = key_.of_new;
    const std::uint64_t from = group_of(key, source);
    const std::uint32_t share = Question(Use::share)
                                    .number(group_of(key, whom))
                                    .number(from)
                                    .answer(key, kNewBucketsOfSource);
    return in_new_bucket(Question(Use::bucket).number(from).number(share).answer(key, kNewBuckets),
                         whom.address);
}

Slot AddressBuckets::in_tried(const Grouped& whom) const {
    const SipKey& key = key_.of_tried;
    const std::uint32_t share =
        Question(Use::share).endpoint(whom.address).answer(key, kTriedBucketsOfGroup);
    const std::uint32_t bucket =
        Question(Use::bucket).number(group_of(key, whom)).number(share).answer(key, kTriedBuckets);
    return slot_of(key, bucket, whom.address);
}

Slot AddressBuckets::in_new_bucket(std::uint32_t bucket, const Endpoint& address) const {
    return slot_of(key_.of_new, bucket, address);
}

std::uint64_t AddressBuckets::group_of(const SipKey& key, const Grouped& whom) const {
    if (loopback_) return Question(Use::own_group).endpoint(whom.address).hash(key);
    return std::uint64_t{static_cast<std::uint8_t>(whom.group.kind)} << 32 | whom.group.value;
}

}  // namespace starling::p2p
