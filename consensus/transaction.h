#pragma once

#include "consensus/amount.h"
#include "consensus/bytes.h"
#include "consensus/digest.h"
#include "consensus/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace starling {

class Reader;
class Writer;

struct OutPoint {
    Txid txid;
    std::uint32_t index = 0;

    // The previous output of a coinbase input: zero hash, index 2^32 - 1.
    static constexpr std::uint32_t kNullIndex = 0xffff'ffff;
    [[nodiscard]] bool is_null() const { return index == kNullIndex && txid.is_zero(); }
    friend auto operator<=>(const OutPoint&, const OutPoint&) = default;
};

struct TxIn {
    OutPoint previous;
    Bytes script_sig;
    std::uint32_t sequence = 0xffff'ffff;
    std::vector<Bytes> witness;

    friend bool operator==(const TxIn&, const TxIn&) = default;
};

struct TxOut {
    Amount value;
    Bytes script_pubkey;

    friend bool operator==(const TxOut&, const TxOut&) = default;
};

// A transaction that may still be edited: what a wallet builds and a decoder fills.
struct TransactionData {
    std::uint32_t version = 2;
    std::vector<TxIn> inputs;
    std::vector<TxOut> outputs;
    std::uint32_t lock_time = 0;

    [[nodiscard]] bool has_witness() const;
    friend bool operator==(const TransactionData&, const TransactionData&) = default;
};

// A transaction whose hashes and sizes were computed once and which no longer changes.
//
// Invariants:
//   - txid, wtxid and sizes belong to data();
//   - size() is the serialised size with witness, stripped_size() without.
class Transaction {
    struct Measured;  // hashes and sizes that the decoder took from the bytes themselves

public:
    explicit Transaction(TransactionData data);
    Transaction(TransactionData data, const Measured& measured);

    [[nodiscard]] const TransactionData& data() const { return data_; }
    [[nodiscard]] const std::vector<TxIn>& inputs() const { return data_.inputs; }
    [[nodiscard]] const std::vector<TxOut>& outputs() const { return data_.outputs; }
    [[nodiscard]] const Txid& txid() const { return txid_; }
    [[nodiscard]] const Wtxid& wtxid() const { return wtxid_; }
    [[nodiscard]] std::uint32_t size() const { return size_; }
    [[nodiscard]] std::uint32_t stripped_size() const { return stripped_size_; }
    // BIP 141: 3 * stripped size + size. Virtual size is weight / 4, rounded up.
    [[nodiscard]] std::uint32_t weight() const { return 3 * stripped_size_ + size_; }
    [[nodiscard]] std::uint32_t virtual_size() const { return (weight() + 3) / 4; }
    // BIP 34 and older: one input, and that input spends nothing.
    [[nodiscard]] bool is_coinbase() const;
    [[nodiscard]] Amount outputs_total() const;  // only meaningful after check_transaction

private:
    friend Result<Shared<Transaction>, std::string> decode_transaction(Reader&);

    TransactionData data_;
    Txid txid_;
    Wtxid wtxid_;
    std::uint32_t size_ = 0;
    std::uint32_t stripped_size_ = 0;
};

enum class WitnessForm { with, without };

void encode(Writer& out, const OutPoint& point);
void encode(Writer& out, const TxOut& output);
// Writes the BIP 144 form when a witness is there and wanted, the old form otherwise.
void encode(Writer& out, const TransactionData& tx, WitnessForm form = WitnessForm::with);
Bytes serialized(const TransactionData& tx, WitnessForm form = WitnessForm::with);

// Reads one transaction and leaves the reader behind it. Fails as Bitcoin Core's deserialiser does:
// truncation, non-canonical compact sizes, superfluous witness, unknown flags. Memory is reserved
// by what is there, not by what a count claims.
Result<Shared<Transaction>, std::string> decode_transaction(Reader& in);
// The same for bytes that must hold one transaction and nothing else.
Result<Shared<Transaction>, std::string> decode_transaction(ByteView bytes);

}  // namespace starling
