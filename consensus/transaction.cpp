#include "consensus/transaction.h"

#include "consensus/hash.h"
#include "consensus/serialize.h"

#include <algorithm>

namespace starling {

namespace {

constexpr std::uint8_t kWitnessFlag = 1;     // BIP 144
constexpr std::size_t kInputBytesMin = 41;   // an outpoint, an empty script, a sequence
constexpr std::size_t kOutputBytesMin = 9;   // a value, an empty script
constexpr std::size_t kItemsReserved = 256;  // witness items reserved before they are seen

Bytes sized_script(Reader& in) {
    return in.sized_bytes(kCompactSizeMax);
}

TxIn decode_input(Reader& in) {
    TxIn input;
    input.previous.txid.bytes = in.array<32>();
    input.previous.index = in.u32();
    input.script_sig = sized_script(in);
    input.sequence = in.u32();
    return input;
}

TxOut decode_output(Reader& in) {
    TxOut output;
    output.value.units = in.i64();
    output.script_pubkey = sized_script(in);
    return output;
}

std::vector<TxIn> decode_inputs(Reader& in) {
    const std::uint64_t count = in.compact_size(kCompactSizeMax);
    std::vector<TxIn> inputs;
    inputs.reserve(std::min<std::size_t>(count, in.remaining() / kInputBytesMin));
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i)
        inputs.push_back(decode_input(in));
    return inputs;
}

std::vector<TxOut> decode_outputs(Reader& in) {
    const std::uint64_t count = in.compact_size(kCompactSizeMax);
    std::vector<TxOut> outputs;
    outputs.reserve(std::min<std::size_t>(count, in.remaining() / kOutputBytesMin));
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i)
        outputs.push_back(decode_output(in));
    return outputs;
}

std::vector<Bytes> decode_witness(Reader& in) {
    const std::uint64_t count = in.compact_size(kCompactSizeMax);
    std::vector<Bytes> items;
    items.reserve(std::min({static_cast<std::size_t>(count), in.remaining(), kItemsReserved}));
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i)
        items.push_back(sized_script(in));
    return items;
}

void encode_body(Writer& out, const TransactionData& tx) {
    out.compact_size(tx.inputs.size());
    for (const TxIn& input : tx.inputs) {
        encode(out, input.previous);
        out.sized_bytes(input.script_sig);
        out.u32(input.sequence);
    }
    out.compact_size(tx.outputs.size());
    for (const TxOut& output : tx.outputs)
        encode(out, output);
}

// Where the parts of a transaction lie in the bytes it was read from. Every encoding that the
// reader accepts is the only one for its value, so these bytes are what encode() would write, and
// are hashed as they lie.
struct Section {
    std::size_t begin = 0;  // of the version
    std::size_t body = 0;   // the inputs and outputs
    std::size_t body_end = 0;
    std::size_t lock_time = 0;
};

struct DecodedParts {
    TransactionData data;
    Section at;
    const char* fault = nullptr;
};

DecodedParts decode_parts(Reader& in) {
    DecodedParts parts;
    TransactionData& tx = parts.data;
    parts.at.begin = in.position();
    tx.version = in.u32();
    parts.at.body = in.position();
    tx.inputs = decode_inputs(in);
    std::uint8_t flag = 0;
    if (!tx.inputs.empty()) {
        tx.outputs = decode_outputs(in);
    } else if (flag = in.u8(); flag != 0) {  // no inputs: the marker of BIP 144
        parts.at.body = in.position();
        tx.inputs = decode_inputs(in);
        tx.outputs = decode_outputs(in);
    }
    parts.at.body_end = in.position();
    if ((flag & kWitnessFlag) != 0) {
        for (TxIn& input : tx.inputs)
            input.witness = decode_witness(in);
        if (!tx.has_witness()) parts.fault = "superfluous witness record";
    }
    if (flag > kWitnessFlag) parts.fault = "unknown transaction optional data";
    parts.at.lock_time = in.position();
    tx.lock_time = in.u32();
    return parts;
}

}  // namespace

struct Transaction::Measured {
    Txid txid;
    Wtxid wtxid;
    std::uint32_t size = 0;
    std::uint32_t stripped_size = 0;
};

bool TransactionData::has_witness() const {
    return std::ranges::any_of(inputs, [](const TxIn& input) { return !input.witness.empty(); });
}

Transaction::Transaction(TransactionData data) : data_(std::move(data)) {
    const Bytes stripped = serialized(data_, WitnessForm::without);
    txid_.bytes = sha256d(stripped).bytes;
    wtxid_.bytes = txid_.bytes;
    stripped_size_ = static_cast<std::uint32_t>(stripped.size());
    size_ = stripped_size_;
    if (!data_.has_witness()) return;
    const Bytes whole = serialized(data_);
    wtxid_.bytes = sha256d(whole).bytes;
    size_ = static_cast<std::uint32_t>(whole.size());
}

Transaction::Transaction(TransactionData data, const Measured& measured)
    : data_(std::move(data)),
      txid_(measured.txid),
      wtxid_(measured.wtxid),
      size_(measured.size),
      stripped_size_(measured.stripped_size) {}

bool Transaction::is_coinbase() const {
    return data_.inputs.size() == 1 && data_.inputs.front().previous.is_null();
}

Amount Transaction::outputs_total() const {
    Amount total;
    for (const TxOut& output : data_.outputs)
        total += output.value;
    return total;
}

void encode(Writer& out, const OutPoint& point) {
    out.bytes(point.txid.bytes);
    out.u32(point.index);
}

void encode(Writer& out, const TxOut& output) {
    out.i64(output.value.units);
    out.sized_bytes(output.script_pubkey);
}

void encode(Writer& out, const TransactionData& tx, WitnessForm form) {
    const bool with_witness = form == WitnessForm::with && tx.has_witness();
    out.u32(tx.version);
    if (with_witness) out.u8(0), out.u8(kWitnessFlag);
    encode_body(out, tx);
    if (with_witness) {
        for (const TxIn& input : tx.inputs) {
            out.compact_size(input.witness.size());
            for (const Bytes& item : input.witness)
                out.sized_bytes(item);
        }
    }
    out.u32(tx.lock_time);
}

Bytes serialized(const TransactionData& tx, WitnessForm form) {
    Writer out;
    encode(out, tx, form);
    return out.take();
}

Result<Shared<Transaction>, std::string> decode_transaction(Reader& in) {
    DecodedParts parts = decode_parts(in);
    if (in.failed()) return Failure{std::string("truncated or non-canonical transaction")};
    if (parts.fault != nullptr) {
        in.fail();
        return Failure{std::string(parts.fault)};
    }
    const Section& at = parts.at;
    const ByteView whole = in.read_since(at.begin);
    Transaction::Measured measured;
    measured.size = static_cast<std::uint32_t>(whole.size());
    measured.stripped_size = static_cast<std::uint32_t>(8 + at.body_end - at.body);
    measured.wtxid.bytes = sha256d(whole).bytes;
    measured.txid.bytes = measured.wtxid.bytes;
    if (measured.size != measured.stripped_size) {
        const Hash256 once = Sha256()
                                 .add(whole.first(4))
                                 .add(whole.subspan(at.body - at.begin, at.body_end - at.body))
                                 .add(whole.last(4))
                                 .finish();
        measured.txid.bytes = sha256(once.bytes).bytes;
    }
    return std::make_shared<const Transaction>(std::move(parts.data), measured);
}

Result<Shared<Transaction>, std::string> decode_transaction(ByteView bytes) {
    Reader in(bytes);
    auto decoded = decode_transaction(in);
    if (decoded && !in.finished()) return Failure{std::string("bytes after the transaction")};
    return decoded;
}

}  // namespace starling
