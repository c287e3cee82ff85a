#pragma once

#include "consensus/bytes.h"
#include "consensus/result.h"
#include "p2p/identity/identity_work.h"
#include "p2p/identity/record.h"

#include <algorithm>
#include <utility>

namespace starling::p2p {

// A record as a message carries it: its signature is checked when somebody wants the record, which
// is after its sender's allowance was asked. A check takes as long as reading hundreds of messages,
// so a worker that checked whatever comes could be kept busy for nothing.
class ToldRecord {
public:
    ToldRecord(Shared<Record> record) : record_(std::move(record)) {}  // NOLINT: as good as one
    explicit ToldRecord(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}

    [[nodiscard]] ByteView bytes() const { return record_ == nullptr ? bytes_ : record_->bytes(); }
    // Costs a signature unless it was made of a record, or its identity has less than these bits.
    [[nodiscard]] Result<Shared<Record>, RecordError> check(std::uint8_t identity_bits = 0) const {
        if (record_ == nullptr) return Record::decode(bytes_, identity_bits);
        if (!is_paid_for(record_->key(), identity_bits))
            return Failure{RecordError::cheap_identity};
        return record_;
    }

    friend bool operator==(const ToldRecord& a, const ToldRecord& b) {
        return std::ranges::equal(a.bytes(), b.bytes());
    }

private:
    Shared<Record> record_;  // or
    Bytes bytes_;
};

}  // namespace starling::p2p
